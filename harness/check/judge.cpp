// judge: see judge.hpp.
#include "check/judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/must.hpp"
#include "model/ext/modseq_book.hpp"
#include "model/mail_truth.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check {

kinds kind_of(item const& i) {
  switch (i.kind) {
    case item_kind::command: return commands;
    case item_kind::response: return i.response->kind == wire::imap::response_kind::untagged ? untagged : tagged;
    case item_kind::pop3_command:
    case item_kind::reply: return pop3;
    case item_kind::line: return lines;
    default: return rest;
  }
}

namespace {

using wire::imap::response;
using wire::imap::response_kind;

told lost_with_untagged(response const& r) {
  if (r.name == "FETCH" && r.number > 0) return told::messages;
  if (r.name == "SEARCH" || r.name == "FLAGS" || r.name == "SORT" || r.name == "THREAD" || r.name == "ESEARCH")
    return told::messages;
  if (r.name == "LIST" || r.name == "LSUB" || r.name == "STATUS" || r.name == "NAMESPACE") return told::mailboxes;
  if (r.name == "CAPABILITY" || r.name == "ENABLED" || r.code == "CAPABILITY") return told::capabilities;
  if (r.condition != wire::imap::status::none) return told::mailboxes;  // its code came with SELECT
  // "* 3 EXISTS" and the like; whatever has no name may have been that.
  return r.name == "EXISTS" || r.name == "RECENT" || r.name == "EXPUNGE" || r.name == "VANISHED"
             ? told::numbers | told::messages
             : told::everything_told;
}

/// What is wrong with the octets of a response or a reply.
std::optional<base::fault> const& fault_of(item const& i) {
  if (i.kind == item_kind::reply) return i.reply->violation;
  return i.framing && *i.framing ? *i.framing : i.response->violation;
}

std::string called(item const& i) {
  if (i.kind == item_kind::reply) return "a reply";
  auto const& r = *i.response;
  if (r.kind == response_kind::tagged) return "a tagged response";
  return r.known && !r.name.empty() ? fmt::format("{}", r.name) : "a response";
}

}  // namespace

told lost_with(item const& i) {
  if (i.kind == item_kind::reply) {
    if (!i.reply->violation) return told::nothing;
    return i.reply->status == wire::pop3::indicator::garbage ? told::everything_told : told::messages;
  }
  if (i.kind != item_kind::response) return told::nothing;
  if (i.framing && *i.framing) return told::everything_told;
  auto const& r = *i.response;
  if (!r.violation) return told::nothing;
  if (r.kind == response_kind::untagged) return lost_with_untagged(r);
  if (r.kind == response_kind::continuation) return told::nothing;
  // How a command ended decides about all that follows; a text that is missing does not.
  if (r.condition == wire::imap::status::none || r.tag.empty()) return told::everything_told;
  return r.code.empty() ? told::nothing : told::mailboxes | told::capabilities | told::messages;
}

class judge::hearing final : public model::item_sink, public report {
 public:
  hearing(judge& owner, std::vector<checker_kind const*> const& kinds) : owner_(owner) {
    for (auto const* kind : kinds) benches_.push_back({kind, kind->make(), false});
    for (auto& b : benches_)
      for (std::size_t bit = 0; bit < listeners_.size(); ++bit)
        if (b.kind->looks_at & (1u << bit)) listeners_[bit].push_back(&b);
    keeps_ledger_ = std::ranges::any_of(kinds, &checker_kind::whole_store);
  }

  void see(item const& i) override {
    hear(i);
    for (auto* b : listeners_[std::size_t(std::countr_zero(unsigned(kind_of(i))))]) {
      if (b->failed) continue;
      speaking_ = b->kind;
      try {
        b->sits->see(i, *this);
      } catch (std::exception const& e) {
        fell(*b, i, e.what());
      }
    }
    if (owner_.observer_) owner_.observer_->see(i);
    if (i.pop3 && !benches_.empty()) drops_[i.session].see(i);
    if (!keeps_ledger_) return;
    mail_.see(i);
    modseqs_.see(i, ledger_);
    ledger_.see(i);
  }

  model::ledger const& together() const override { return ledger_; }
  model::mail_truth const& mail() const override { return mail_; }
  model::modseq_book const& modseqs() const override { return modseqs_; }

  model::maildrop_view const& drop(item const& i) const override {
    static model::maildrop_view const nothing;
    auto const at = drops_.find(i.session);
    return at == drops_.end() ? nothing : at->second;
  }

  void lacks(std::vector<gap> const& gaps) {
    for (auto const& g : gaps) gaps_[g.session].push_back(g);
  }

  void forget(history::session_id id) {
    lost_.erase(id);
    drops_.erase(id);
    for (auto& b : benches_) b.sits->forget(id);
    ledger_.forget(id);
  }

  void add(item const& where, remark r) override {
    auto const rule = std::ranges::find(speaking_->rules, r.rule, &rule::name);
    MAILRIG_MUST(rule != speaking_->rules.end());
    auto const name = fmt::format("{}.{}", speaking_->name, r.rule);
    // UIDFETCH tells them nothing; what they would miss may have been told by it (RFC 9586 §3).
    if (where.imap && where.imap->uid_only && overlap(speaking_->builds_on, told::messages)) return;
    if (auto* why = mute(where)) return void(++why->left_out[name]);
    auto const [known, first] =
        owner_.seen_.emplace(fmt::format("{}@{}", name, where.session), owner_.findings_.size());
    if (!first) {
      ++owner_.findings_[known->second].times;
      return;
    }
    if (owner_.findings_.size() >= owner_.limits_.findings) {
      owner_.seen_.erase(known);
      ++owner_.dropped_;
      return;
    }
    history::finding f;
    f.rule = name;
    f.requirement = r.requirement.empty() ? rule->requirement : r.requirement;
    f.weight = owner_.requirements_ ? owner_.requirements_->level_of(f.requirement) : history::level::must;
    f.outcome = r.undecided ? history::verdict::unknown : history::verdict_of(f.weight);
    f.session = where.session;
    f.at = where.at;
    f.text = r.text.empty() ? std::string(rule->text) : std::move(r.text);
    f.expected = std::move(r.expected);
    f.story = std::move(r.story);
    bool const command = where.kind == item_kind::command;
    f.show(command ? std::string_view(where.command->sent.octets) : where.octets, r.offset);
    f.hide_secrets();
    f.stream_offset = command ? 0 : where.stream_offset + r.offset;
    owner_.findings_.push_back(std::move(f));
  }

 private:
  struct bench {
    checker_kind const* kind;
    std::unique_ptr<checker> sits;
    bool failed = false;  ///< it has thrown, and is not asked again
  };

  /// A mistake of the checker's: what it would have found since is not known.
  void fell(bench& b, item const& at, char const* why) {
    b.failed = true;
    history::finding f;
    f.rule = fmt::format("{}.failed", b.kind->name);
    f.outcome = history::verdict::unknown;
    f.weight = history::level::must;
    f.session = at.session;
    f.at = at.at;
    f.text = fmt::format("the checker itself failed ({}), and judges nothing from here on", why);
    f.expected = {"a judgement"};
    f.show(at.octets, 0);
    owner_.findings_.push_back(std::move(f));
  }

  /// What was lost of a session, and where that is written down.
  struct loss {
    told what = told::nothing;
    told for_good = told::nothing;  ///< no SELECT tells it anew
    std::size_t silence = 0;
  };

  /// From here on the record lacks something.
  void begin_gaps(item const& i) {
    auto const known = gaps_.find(i.session);
    if (known == gaps_.end()) return;
    std::erase_if(known->second, [&](gap const& g) {
      if (g.at > i.at) return false;
      lose(i, lost_with(g.what), fmt::format("the {}", name_of(g.what)), true);
      auto const at = lost_.find(i.session);
      if (at != lost_.end() && !until_select(g.what)) at->second.for_good = at->second.for_good | lost_with(g.what);
      return true;
    });
  }

  /// Notes what is lost with this item, and what is told anew.
  void hear(item const& i) {
    if (!gaps_.empty()) begin_gaps(i);
    auto const now = lost_with(i);
    if (now == told::nothing && lost_.empty()) return;
    if (i.kind == item_kind::command && (i.command->is("SELECT") || i.command->is("EXAMINE"))) {
      if (auto const known = lost_.find(i.session); known != lost_.end())
        known->second.what = told(known->second.what & ~(told::numbers | told::messages)) | known->second.for_good;
      return;
    }
    if (now != told::nothing) lose(i, now, called(i), false);
  }

  void lose(item const& i, told now, std::string name, bool unrecorded) {
    auto const [at, first] = lost_.emplace(i.session, loss{});
    if (first) {
      if (owner_.silences_.size() >= owner_.limits_.findings) return void(lost_.erase(at));
      at->second.silence = owner_.silences_.size();
      owner_.silences_.push_back(
          {i.session, i.at, std::move(name), !unrecorded && fault_of(i)->ours, unrecorded, {}, {}});
    }
    at->second.what = at->second.what | now;
    lost_together_ = lost_together_ | now;
    for (auto const& b : benches_)
      if (overlap(b.kind->builds_on, now)) owner_.silences_[at->second.silence].mute.emplace(b.kind->name);
  }

  /// Why the checker that speaks should not be heard about this item; null when it should.
  silence* mute(item const& where) {
    if (owner_.silences_.empty() || speaking_->builds_on == told::nothing) return nullptr;
    if (speaking_->whole_store && overlap(speaking_->builds_on, lost_together_)) {
      auto const own = lost_.find(where.session);
      return &owner_.silences_[own == lost_.end() ? 0 : own->second.silence];
    }
    auto const lost = lost_.find(where.session);
    if (lost == lost_.end() || !overlap(speaking_->builds_on, lost->second.what)) return nullptr;
    return &owner_.silences_[lost->second.silence];
  }

  judge& owner_;
  model::ledger ledger_;
  model::mail_truth mail_;
  model::modseq_book modseqs_;
  std::map<history::session_id, model::maildrop_view> drops_;
  bool keeps_ledger_ = false;
  std::vector<bench> benches_;
  std::array<std::vector<bench*>, 6> listeners_;  ///< by bit of `kinds`
  checker_kind const* speaking_ = nullptr;
  std::map<history::session_id, std::vector<gap>> gaps_;  ///< that have not begun
  std::map<history::session_id, loss> lost_;
  told lost_together_ = told::nothing;  ///< in any session
};

judge::judge(std::vector<checker_kind const*> const& kinds, history::catalogue const* requirements,
             base::limits const& limits)
    : hearing_(std::make_unique<hearing>(*this, kinds)), requirements_(requirements), limits_(limits) {}

judge::~judge() = default;

void judge::lacks(std::vector<gap> const& gaps) { hearing_->lacks(gaps); }

void judge::take(history::event const& e) {
  constexpr history::session_id most_sessions = 1u << 20;
  if (e.session >= most_sessions) return;
  if (e.session >= sessions_.size()) sessions_.resize(e.session + 1);
  auto& session = sessions_[e.session];
  if (session && e.kind == history::event_kind::opened) hearing_->forget(e.session);
  if (!session || e.kind == history::event_kind::opened)
    session = std::make_unique<model::conversation>(e.session, e.proto, limits_);
  session->take(e, *hearing_);
}

model::conversation const* judge::find(history::session_id id) const {
  return id < sessions_.size() ? sessions_[id].get() : nullptr;
}

std::vector<std::string> notes_of(judge const& from, std::vector<std::string> const& sessions) {
  std::vector<std::string> out;
  for (auto const& s : from.silences()) {
    auto const session = s.session < sessions.size() ? sessions[s.session] : "a session";
    auto const at = double(s.at.count()) / 1e6;
    auto text =
        s.unrecorded
            ? fmt::format("the record lacks {} of {} (at {:.3f} ms): mute from there on are {}", s.broken, session, at,
                          fmt::join(s.mute, ", "))
            : fmt::format("after {} of {} {} (at {:.3f} ms), what it told is lost: mute from there on are {}", s.broken,
                          session, s.ours ? "was more than is read" : "broke the grammar", at, fmt::join(s.mute, ", "));
    for (char const* comma = "; left out: "; auto const& [rule, times] : s.left_out)
      text +=
          fmt::format("{}{}{}", std::exchange(comma, ", "), rule, times > 1 ? fmt::format(" ({} times)", times) : "");
    if (!s.mute.empty()) out.push_back(std::move(text));
  }
  return out;
}

}  // namespace mailrig::check
