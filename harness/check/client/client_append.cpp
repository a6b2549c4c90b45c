// client_append: a client does not upload what it was told is too much (RFC 7889 §2, §3), nor, while it does not know
// the limit, sends all of a message before it can be refused (§4).
#include <fmt/format.h>

#include <map>
#include <optional>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/append_request.hpp"

namespace mailrig::check::client_append {
namespace {

/// What was told of uploads in a session.
struct upload_limits {
  std::map<std::string, std::optional<std::uint64_t>> of;  ///< mailbox -> its limit; nothing: it has none
  bool asks = false;                                       ///< the client has asked for one: it knows the extension
};

class client_append final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::command) return asked(i, mine, out);
    auto const& r = *i.response;
    if (r.is("STATUS")) told(r, mine);
    // Refused before the message was sent: it was tried all the same.
    bool const midway = r.kind == wire::imap::response_kind::tagged && i.command && !i.command->whole;
    if (midway && i.command->is("APPEND")) upload(i, mine, out);
  }

 private:
  static constexpr std::size_t most_mailboxes = 10000;

  static void told(wire::imap::response const& r, upload_limits& mine) {
    auto const items = r.args().next();
    for (auto item = items.first(); item; item = item.next().next()) {
      auto const limit = item.next();
      if (!item.names("APPENDLIMIT") || mine.of.size() >= most_mailboxes) continue;
      mine.of[model::canonical_mailbox(r.args().text())] = limit.is_nil() ? std::nullopt : limit.number();
    }
  }

  static void asked(item const& i, upload_limits& mine, report& out) {
    auto const& c = *i.command;
    if (c.is("STATUS") || c.is("LIST"))
      mine.asks = mine.asks || base::to_upper(c.sent.octets).find("APPENDLIMIT") != std::string::npos;
    if (c.is("APPEND")) upload(i, mine, out);
  }

  static void upload(item const& i, upload_limits const& mine, report& out) {
    auto const mailbox = model::canonical_mailbox(i.command->sent.arg(0));
    auto const own = mine.of.find(mailbox);
    auto const all = i.imap->announced("APPENDLIMIT");
    auto const limit = own != mine.of.end() ? own->second : all;
    for (auto const& literal : model::uploads(i.command->sent)) {
      if (limit && literal.size > *limit)
        return out.add(i, {"limit",
                           fmt::format("APPEND to {} has {} octets, and the server has told that it takes {}",
                                       base::printable(mailbox), literal.size, *limit),
                           {fmt::format("messages of at most {} octets", *limit)}});
      bool const unknown = own == mine.of.end() && !all && i.imap->can("APPENDLIMIT");
      if (unknown && mine.asks && !literal.synchronising)
        return out.add(i, {"unknown",
                           fmt::format("APPEND sends {} octets without waiting, and how many {} takes the client has "
                                       "not asked",
                                       literal.size, base::printable(mailbox)),
                           {"a synchronising literal, or STATUS (APPENDLIMIT) first"}});
    }
  }

  per_session<upload_limits> memory_{this};
};

client_checker_kind const uploads_kind{
    {"client-append",
     "The client uploads no more than it was told that the server takes.",
     {{"limit", "RFC7889-2-02", "No message is uploaded that is larger than the limit that was told."},
      {"unknown", "RFC7889-4-04", "While the limit is unknown literals wait for \"+\"."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_append>(); },
     false,
     kinds::commands | kinds::untagged | kinds::tagged,
     told::capabilities | told::mailboxes | told::completions}};
base::registrar const registered{uploads_kind};

}  // namespace
}  // namespace mailrig::check::client_append
