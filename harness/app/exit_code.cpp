// exit_code: see exit_code.hpp.
#include "app/exit_code.hpp"

#include <iostream>

namespace mailrig::app {

int complain(std::string const& text) {
  std::cerr << "mailrig: " << text << '\n';
  return usage;
}

int complain(base::fault const& fault) { return complain(fault.text); }

}  // namespace mailrig::app
