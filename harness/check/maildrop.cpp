// maildrop: within a POP3 session the maildrop is a snapshot: numbers, sizes and ids stay, and STAT, LIST, UIDL and
// RETR agree (RFC 1939 §4, §5, §7).
#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::maildrop {
namespace {

class maildrop final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status != wire::pop3::indicator::ok) return;
    auto const& c = *i.pop3_command_;
    if (c.is("STAT")) stat(i, out);
    if (c.is("LIST")) each_line(i, [&](std::string_view line, std::size_t at) { size_line(i, line, at, out); });
    if (c.is("UIDL")) each_line(i, [&](std::string_view line, std::size_t at) { id_line(i, line, at, out); });
    if (c.is("RETR")) retrieved(i, out);
    if (c.is("DELE") || c.is("RETR") || c.is("TOP"))
      if (auto const n = model::message_of(c); n && i.pop3->deleted.contains(*n))
        out.add(i,
                {"deleted", fmt::format("{} of message {}, which is marked as deleted", c.keyword, *n), {"-ERR"}, 0});
    if (c.arguments.empty() && (c.is("LIST") || c.is("UIDL"))) totals(i, out);
    unlike(i, out);
  }

 private:
  struct text {
    std::size_t octets = 0;
    std::uint64_t digest = 0;
    bool empty_end = false;  ///< its last line is empty
  };
  struct snapshot {
    std::map<std::uint64_t, std::uint64_t> sizes;
    std::map<std::uint64_t, std::string> ids;
    std::unordered_map<std::string, std::uint64_t> first_with;  ///< id -> the message that had it first
    std::map<std::uint64_t, text> texts;
    std::optional<std::uint64_t> messages;  ///< with those marked as deleted
    bool listed = false;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> twins;  ///< with the same id
  };

  template <class F>
  static void each_line(item const& i, F f) {
    auto const& c = *i.pop3_command_;
    if (!c.arguments.empty()) return f(i.reply->text, 4);
    std::size_t at = i.reply->line.size() + 2;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      f(line, at);
      at += line.size() + 2;
    }
  }

  void count(item const& i, std::uint64_t shown, report& out) {
    auto& s = memory_[i.session];
    auto const all = shown + i.pop3->deleted.size();
    if (s.messages && *s.messages != all)
      out.add(i,
              {"snapshot",
               fmt::format("{} messages, {} of them deleted; there were {}", all, i.pop3->deleted.size(), *s.messages),
               {fmt::format("{}", *s.messages)},
               0});
    s.messages = all;
  }

  void stat(item const& i, report& out) {
    auto const drop = wire::pop3::read_stat(i.reply->text);
    if (!drop) return out.add(i, {"stat-form", drop.error().text, {"+OK nn mm"}, 4});
    count(i, drop->messages, out);
    auto& s = memory_[i.session];
    if (!s.listed) return;
    std::uint64_t sum = 0, counted = 0;
    for (auto const& [n, size] : s.sizes)
      if (!i.pop3->deleted.contains(n)) sum += size, ++counted;
    // LIST leaves out what is marked, and RSET may bring it back: then sizes are missing here.
    if (counted == drop->messages && sum != drop->octets)
      out.add(i, {"stat-sum",
                  fmt::format("STAT says {} octets, LIST's sizes sum to {}", drop->octets, sum),
                  {fmt::format("{}", sum)},
                  4});
  }

  void size_line(item const& i, std::string_view line, std::size_t at, report& out) {
    auto const entry = wire::pop3::read_scan_listing(line);
    if (!entry) return out.add(i, {"list-form", entry.error().text, {"n size"}, at});
    auto& known = memory_[i.session].sizes;
    auto const [slot, fresh] = known.emplace(entry->first, entry->second);
    if (!fresh && slot->second != entry->second)
      out.add(i, {"size-changes",
                  fmt::format("message {} had {} octets, now {}", entry->first, slot->second, entry->second),
                  {},
                  at});
    auto const& texts = memory_[i.session].texts;
    if (auto const t = texts.find(entry->first); fresh && t != texts.end()) agree(i, t->second, entry->second, at, out);
    mention(i, entry->first, at, out);
  }

  void id_line(item const& i, std::string_view line, std::size_t at, report& out) {
    auto const entry = wire::pop3::read_unique_id(line);
    if (!entry)
      return out.add(
          i, {"uidl-form", entry.error().text, {"n id, 1 to 70 octets 0x21 to 0x7E"}, at + entry.error().offset});
    auto& known = memory_[i.session].ids;
    auto const [slot, fresh] = known.emplace(entry->first, entry->second);
    if (!fresh && slot->second != entry->second)
      out.add(i, {"id-changes",
                  fmt::format("message {} had id {}, now {}", entry->first, slot->second, entry->second),
                  {},
                  at});
    constexpr std::size_t most_twins = 1000;
    auto& s = memory_[i.session];
    if (fresh)
      if (auto const [first, alone] = s.first_with.emplace(entry->second, entry->first);
          !alone && s.twins.size() < most_twins)
        s.twins.emplace_back(first->second, entry->first);
    mention(i, entry->first, at, out);
  }

  static void mention(item const& i, std::uint64_t n, std::size_t at, report& out) {
    if (i.pop3->deleted.contains(n))
      out.add(i, {"deleted",
                  fmt::format("{} shows message {}, which is marked as deleted", i.pop3_command_->keyword, n),
                  {"-ERR, or no line"},
                  at});
  }

  /// An id may be a hash, so that identical copies have the same (RFC 1939 §7); messages that differ may not.
  void unlike(item const& i, report& out) {
    auto& s = memory_[i.session];
    auto const differ = [](auto const& known, std::uint64_t a, std::uint64_t b, auto of) {
      auto const x = known.find(a), y = known.find(b);
      return x != known.end() && y != known.end() && of(x->second) != of(y->second);
    };
    std::erase_if(s.twins, [&](auto const& pair) {
      auto const [a, b] = pair;
      bool const bad = differ(s.sizes, a, b, [](std::uint64_t size) { return size; }) ||
                       differ(s.texts, a, b, [](text const& t) { return t.digest; });
      if (bad)
        out.add(i, {"id-twice",
                    fmt::format("messages {} and {} have the same id and are not the same", a, b),
                    {"different ids"},
                    0});
      return bad;
    });
  }

  void totals(item const& i, report& out) {
    auto const lines = wire::pop3::body_lines(i.reply->body);
    count(i, lines.size(), out);
    if (i.pop3_command_->is("LIST")) memory_[i.session].listed = true;
  }

  void retrieved(item const& i, report& out) {
    auto const n = model::message_of(*i.pop3_command_);
    if (!n) return;
    auto const octets = wire::pop3::unstuffed(i.reply->body);
    auto& s = memory_[i.session];
    text const now{octets.size(), base::digest64(octets), octets.ends_with("\r\n\r\n") || octets == "\r\n"};
    if (auto const size = s.sizes.find(*n); size != s.sizes.end()) agree(i, now, size->second, 0, out);
    auto const [slot, fresh] = s.texts.emplace(*n, now);
    if (!fresh && slot->second.digest != now.digest)
      out.add(i, {"text-changes", fmt::format("message {} is not what it was", *n), {}, 0});
  }

  /// The dot line needs a CRLF before it: a message without a final one gains it (RFC 1939 §3), and then the last line
  /// is not empty.
  static void agree(item const& i, text const& t, std::uint64_t size, std::size_t at, report& out) {
    if (size == t.octets || (size + 2 == t.octets && !t.empty_end)) return;
    out.add(i, {"octets",
                fmt::format("RETR gave {} octets, LIST said {}{}", t.octets, size,
                            size + 2 == t.octets ? ": an empty line at the end is not the message's" : ""),
                {fmt::format("{}", size)},
                at});
  }

  per_session<snapshot> memory_{this};
};

checker_kind const kind{"maildrop",
                        "A POP3 session sees a snapshot: numbers, sizes and ids stay, and its views agree.",
                        {{"snapshot", "RFC1939-4-03", "The number of messages stays during a session."},
                         {"deleted", "RFC1939-5.DELE-02", "A message marked as deleted is not referred to again."},
                         {"stat-form", "RFC1939-5.STAT-01", "STAT answers +OK nn mm."},
                         {"stat-sum", "RFC1939-5.STAT-04", "STAT's octets are the sum of LIST's."},
                         {"list-form", "RFC1939-5.LIST-04", "A scan listing is a number, a space and a size."},
                         {"size-changes", "RFC1939-4-09", "Sizes stay during a session."},
                         {"uidl-form", "RFC1939-7.UIDL-04", "An id has 1 to 70 octets 0x21 to 0x7E."},
                         {"id-changes", "RFC1939-7.UIDL-06", "An id stays."},
                         {"id-twice", "RFC1939-7.UIDL-05", "Ids are unique within a maildrop."},
                         {"octets", "RFC1939-5.LIST-05", "RETR gives as many octets as LIST says.", "RFC6856-2.1-04"},
                         {"text-changes", "RFC1939-5.RETR-05", "RETR of a message gives the same octets again."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<maildrop>(); },
                        false,
                        kinds::pop3,
                        told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::maildrop
