// pop_lock: at most one session holds a maildrop (RFC 1939 §4), and its greeting's timestamp is never used twice (§7
// APOP).
#include <fmt/format.h>

#include <map>
#include <set>

#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_lock {
namespace {

class pop_lock final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.pop3) return;
    auto& h = holders_[i.pop3->account];
    if (i.kind == item_kind::ended) h.erase(i.session);
    if (i.kind == item_kind::pop3_command && i.pop3_command_->is("QUIT")) h.erase(i.session);
    if (i.kind != item_kind::reply) return;
    if (i.pop3->state == model::pop3_state::greeting) timestamp(i, out);
    if (!i.pop3_command_ || i.reply->status != wire::pop3::indicator::ok) return;
    auto const& c = *i.pop3_command_;
    if (i.pop3->state != model::pop3_state::authorization || !model::logs_in(c)) return;
    if (!h.empty())
      out.add(i, {"two-holders",
                  "a second session entered TRANSACTION while another holds the maildrop",
                  {"-ERR, best with [IN-USE]"},
                  0});
    h.insert(i.session);
  }

 private:
  void timestamp(item const& i, report& out) {
    auto const stamp = model::timestamp_of(i.reply->line);
    if (stamp.empty()) return;
    if (!stamps_.emplace(stamp).second)
      out.add(i, {"timestamp", {}, {"a timestamp of its own"}, i.reply->line.find('<')});
    if (stamps_.size() > (1u << 18)) stamps_.clear();
  }

  std::map<std::string, std::set<history::session_id>> holders_;
  std::set<std::string> stamps_;
};

checker_kind const kind{"pop_lock",
                        "A maildrop has one holder at a time.",
                        {{"two-holders", "RFC1939-4-03", "Authentication takes an exclusive lock on the maildrop."},
                         {"timestamp", "RFC1939-7.APOP-02", "Each greeting has a timestamp of its own."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_lock>(); },
                        false,
                        kinds::pop3 | kinds::rest,
                        told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_lock
