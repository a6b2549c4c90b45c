// exit_code: see exit_code.hpp.
#include "app/exit_code.hpp"

#include <iostream>

namespace mailrig::app {

int complain(std::string const& text, exit_code code) {
  std::cerr << "mailrig: " << text << '\n';
  return code;
}

int complain(base::fault const& fault, exit_code code) { return complain(fault.text, code); }

}  // namespace mailrig::app
