// listener: see listener.hpp.
#include "app/listener.hpp"

#include <fmt/format.h>

#include "app/listen_address.hpp"
#include "base/text.hpp"

namespace mailrig::app {

base::result<listener> read_listener(std::string const& text) {
  auto const end = text.find("://");
  auto const scheme = base::to_lower(text.substr(0, end));
  if (end == text.npos || (scheme != "imap" && scheme != "imaps" && scheme != "pop3" && scheme != "pop3s"))
    return base::fault{0, "--listen",
                       fmt::format("--listen '{}' should be like imap://:1143, imaps://, pop3:// or pop3s://", text)};
  auto const at = read_listen_address("--listen", text.substr(end + 3));
  if (!at) return at.error();
  return listener{scheme, *at};
}

}  // namespace mailrig::app
