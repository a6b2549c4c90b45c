// catenate: an APPEND of pieces that fails names the first of its URLs that is wrong, and takes none of another server
// (RFC 4469 §3, §4.1); of several messages it tells as many UIDs (RFC 3502 §6.3.11, RFC 4315 §3).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/append_request.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::catenate {
namespace {

class catenate final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || !i.command || i.response->violation) return;
    if (!model::uploads_mail(i.command->sent)) return;
    auto const messages = model::appended_messages(i.command->sent);
    if (!messages) return;
    auto const& r = *i.response;
    // Of a command that is refused before its last literal not all URLs are known.
    if (r.code == "BADURL" && i.command->whole) bad_url(i, *messages, out);
    if (r.condition == wire::imap::status::ok && i.command->is("APPEND")) taken(i, *messages, out);
  }

 private:
  static constexpr std::size_t most = 100'000;

  static std::vector<std::string> urls(std::vector<model::appended_message> const& messages) {
    std::vector<std::string> out;
    for (auto const& m : messages)
      for (auto const& p : m.pieces)
        if (p.url) out.push_back(p.text);
    return out;
  }

  static void bad_url(item const& i, std::vector<model::appended_message> const& messages, report& out) {
    auto const all = urls(messages);
    auto const told = i.response->code_args();
    auto text = std::string(told.raw());
    // The examples of RFC 4469 §4.1 and Appendix A have it in quotes.
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    if (std::ranges::find(all, text) == all.end())
      out.add(i, {"bad-url",
                  fmt::format("'{}' is none of the URLs of the command", base::printable(text)),
                  {all.empty() ? "no BADURL" : fmt::format("[BADURL {}]", base::printable(all.front()))},
                  told.offset()});
  }

  void taken(item const& i, std::vector<model::appended_message> const& messages, report& out) {
    for (auto const& url : urls(messages))
      if (auto const scheme = url.find("://");
          scheme != url.npos && url.substr(0, scheme).find('/') == url.npos && !base::istarts_with(url, "imap://"))
        out.add(i, {"foreign", fmt::format("{} is taken", base::printable(url)), {"NO [BADURL ...]"}, 0});
    auto& gives = gives_[i.imap->account + "\n" + model::canonical_mailbox(i.command->sent.arg(0))];
    bool const names = i.response->code == "APPENDUID";
    bool const catenated = std::ranges::any_of(messages, &model::appended_message::catenated);
    if (catenated && gives && !names)
      out.add(i, {"untold", "a plain APPEND to it was answered with APPENDUID", {"[APPENDUID ...]"}, 0});
    gives = gives || (names && !catenated);
    if (!names) return;
    auto const uids = i.response->code_args().next();
    auto const set = wire::imap::sequence_set::parse(uids.raw());
    auto const all = set ? set->expand(most) : std::nullopt;
    if (all && messages.size() > 1 && all->size() != messages.size())
      out.add(i, {"count",
                  fmt::format("{} UIDs for {} messages", all->size(), messages.size()),
                  {fmt::format("{} UIDs", messages.size())},
                  uids.offset()});
  }

  std::map<std::string, bool> gives_;  ///< by account and mailbox: APPENDUID for an APPEND of one literal
};

checker_kind const kind{
    "catenate",
    "APPEND of pieces and of several messages tells what it did.",
    {{"bad-url", "RFC4469-4.1-01", "BADURL names a URL of the command."},
     {"foreign", "RFC4469-3-06", "A URL that is none of IMAP's is refused."},
     {"untold", "RFC4469-3-07", "CATENATE is answered with APPENDUID where APPEND is."},
     {"count", "RFC3502-6.3.11-01", "APPENDUID has as many UIDs as the command has messages.", "RFC4315-3-05"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<catenate>(); },
    true,
    kinds::tagged,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::catenate
