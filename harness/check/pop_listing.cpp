// pop_listing: LIST and UIDL have one line for each message that is not marked, with the numbers 1 to n, and agree with
// STAT and with their own answers about one message (RFC 1939 §4, §5, §7).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_listing {
namespace {

using wire::pop3::indicator;

class pop_listing final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.pop3) judge(i, out);
  }

 private:
  void judge(item const& i, report& out) {
    if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status != indicator::ok) return;
    if (i.pop3->state != model::pop3_state::transaction) return;
    auto const& c = *i.pop3_command_;
    if (c.is("DELE") || c.is("RSET")) drops_[i.session].octets.reset();  // the next STAT is about other messages
    if (c.is("STAT")) stat(i, out);
    if (!c.is("LIST") && !c.is("UIDL")) return;
    i.reply->multi ? all(i, out) : one(i, out);
  }

  struct drop {
    std::optional<std::uint64_t>
        octets;  ///< of the maildrop, by STAT or LIST; nothing: not told since the marks changed
    bool by_stat = false;
  };

  void one(item const& i, report& out) {
    auto const& c = *i.pop3_command_;
    auto const n = model::message_of(c);
    auto const told = base::number(i.reply->text.substr(0, i.reply->text.find(' ')));
    if (n && told && *n != *told)
      out.add(i, {"other",
                  fmt::format("{} {} is answered about message {}", c.keyword, *n, *told),
                  {fmt::format("+OK {} ...", *n)},
                  4});
  }

  void stat(item const& i, report& out) {
    auto const told = wire::pop3::read_stat(i.reply->text);
    if (!told) return;
    auto const all = told->messages + i.pop3->deleted.size();
    if (auto const n = out.drop(i).highest; n > all) beyond(i, n, all, out);
    sum(i, told->octets, true, out);
  }

  void all(item const& i, report& out) {
    auto const& c = *i.pop3_command_;
    std::set<std::uint64_t> here;
    std::uint64_t octets = 0;
    std::size_t at = i.reply->line.size() + 2;
    bool sizes = c.is("LIST");
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const n = base::number(std::string_view(line).substr(0, line.find(' ')));
      if (!n) return;  // another checker says so
      if (!here.insert(*n).second)
        out.add(i, {"twice", fmt::format("{} shows message {} twice", c.keyword, *n), {"one line for each"}, at});
      if (auto const size = wire::pop3::read_scan_listing(line); sizes && size)
        octets += size->second;
      else
        sizes = false;
      at += line.size() + 2;
    }
    auto const& view = out.drop(i);
    auto const known = view.messages.value_or(0);
    auto const last = std::max({known, here.empty() ? 0 : *here.rbegin(), view.highest});
    for (std::uint64_t n = 1; n <= last; ++n)
      if (!here.contains(n) && !i.pop3->deleted.contains(n)) {
        out.add(i, {"gap",
                    fmt::format("{} leaves out message {}, which is not marked as deleted; the last number is {}",
                                c.keyword, n, last),
                    {fmt::format("{} ...", n)},
                    0});
        break;
      }
    if (sizes) sum(i, octets, false, out);
  }

  static void beyond(item const& i, std::uint64_t n, std::uint64_t all, report& out) {
    out.add(i, {"beyond",
                fmt::format("there are {} messages, and an answer was given about message {}", all, n),
                {fmt::format("{} messages or more", n)},
                4});
  }

  /// STAT's octets after STAT, LIST's sum after either; STAT after LIST is the maildrop checker's.
  void sum(item const& i, std::uint64_t octets, bool by_stat, report& out) {
    auto& d = drops_[i.session];
    if (d.octets && *d.octets != octets && d.by_stat)
      out.add(i, {"sum",
                  fmt::format("{} {} octets; STAT said {} before", by_stat ? "STAT says" : "LIST's sizes sum to",
                              octets, *d.octets),
                  {fmt::format("{}", *d.octets)},
                  0});
    d = {octets, by_stat};
  }

  per_session<drop> drops_{this};
};

checker_kind const kind{
    "pop_listing",
    "LIST and UIDL show each message once, numbered from 1, and agree with STAT.",
    {{"gap", "RFC1939-4-08", "The nth message has number n, and is listed unless it is marked as deleted.",
      "RFC1939-5.LIST-02 RFC1939-7.UIDL-02 RFC1939-5.RSET-01"},
     {"twice", "RFC1939-5.LIST-02", "Each message has one line."},
     {"other", "RFC1939-5.LIST-01", "LIST n and UIDL n are answered about message n.", "RFC1939-7.UIDL-01"},
     {"beyond", "RFC1939-5.STAT-01", "STAT counts every message that an answer was given about."},
     {"sum", "RFC1939-5.STAT-04", "STAT's octets are the sum of LIST's, in whichever order they come."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_listing>(); },
    false,
    kinds::pop3 | kinds::rest};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_listing
