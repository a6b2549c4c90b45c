// digest: a message that carries its own digest (X-Mailrig-Digest, over all that follows that line) comes back as it
// was put in, octet for octet. It needs no memory, so that every body of a load run can be verified.
#include <fmt/format.h>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::digest {
namespace {

constexpr std::string_view field = "X-Mailrig-Digest: ";

class digest final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::response && i.response->is("FETCH") && !i.response->violation) {
      auto const list = i.response->args();
      if (!list.is_list()) return;
      for (auto v = list.first(); v; v = v.next().next())
        if (v.names("BODY[]") || v.names("RFC822")) compare(i, v.next().text(), v.next().offset(), "imap", out);
    }
    if (i.kind == item_kind::reply && i.reply->multi && i.pop3_command_ && i.pop3_command_->is("RETR") &&
        i.octets.find(field) != i.octets.npos)
      compare(i, wire::pop3::unstuffed(i.reply->body), 0, "pop3", out);
  }

 private:
  static void compare(item const& i, std::string const& text, std::size_t offset, std::string_view rule, report& out) {
    auto const at = text.find(field);
    auto const head = text.find("\r\n\r\n");
    if (at == text.npos || at > head) return;
    auto const end = text.find("\r\n", at);
    auto const told = text.substr(at + field.size(), end - at - field.size());
    auto const is = fmt::format("{:016x}", base::digest64(std::string_view(text).substr(end + 2)));
    if (told == is) return;
    out.add(i, {rule,
                fmt::format("the message says that its digest is {}, what came has {} ({} octets)",
                            base::printable(told), is, text.size()),
                {"the message as it was put in"},
                offset});
  }
};

checker_kind const kind{
    "digest",
    "A message that carries its own digest comes back as it was put in.",
    {{"imap", "RFC3501-2.3.1.1-15", "A message never changes: BODY[] is what APPEND or delivery put in."},
     {"pop3", "RFC1939-5.RETR-01", "RETR gives the message that was delivered."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<digest>(); },
    false,
    kinds::untagged | kinds::pop3,
    told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::digest
