// own_program: see own_program.hpp.
#include "base/own_program.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/runtime_symbol_info.hpp>

namespace mailrig::base {

std::filesystem::path const& own_program() {
  static std::filesystem::path const program = [] {
    std::error_code none;
    std::filesystem::path const found = boost::dll::program_location(none);
    return std::filesystem::canonical(found, none);
  }();
  return program;
}

}  // namespace mailrig::base
