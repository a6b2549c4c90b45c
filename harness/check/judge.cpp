// judge: see judge.hpp.
#include "check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/must.hpp"

namespace mailrig::check {

hears kind_of(item const& i) {
  switch (i.kind) {
    case item_kind::command: return commands;
    case item_kind::response: return i.response->kind == wire::imap::response_kind::untagged ? untagged : tagged;
    case item_kind::pop3_command:
    case item_kind::reply: return pop3;
    default: return rest;
  }
}

class judge::court final : public model::item_sink, public report {
 public:
  court(judge& owner, std::vector<checker_kind const*> const& kinds) : owner_(owner) {
    for (auto const* kind : kinds) benches_.push_back({kind, kind->make()});
    for (auto& b : benches_)
      for (std::size_t bit = 0; bit < listeners_.size(); ++bit)
        if (b.kind->looks_at & (1u << bit)) listeners_[bit].push_back(&b);
    keeps_ledger_ = std::ranges::any_of(kinds, &checker_kind::whole_store);
  }

  void see(item const& i) override {
    for (auto* b : listeners_[std::size_t(std::countr_zero(unsigned(kind_of(i))))]) {
      speaking_ = b->kind;
      b->sits->see(i, *this);
    }
    if (owner_.observer_) owner_.observer_->see(i);
    if (keeps_ledger_) ledger_.see(i);
  }

  model::ledger const& together() const override { return ledger_; }

  void forget(history::session_id id) {
    for (auto& b : benches_) b.sits->forget(id);
    ledger_.forget(id);
  }

  void add(item const& where, remark r) override {
    auto const rule = std::ranges::find(speaking_->rules, r.rule, &rule::name);
    MAILRIG_MUST(rule != speaking_->rules.end());
    auto const name = fmt::format("{}.{}", speaking_->name, r.rule);
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
    f.requirement = rule->requirement;
    f.weight = owner_.requirements_ ? owner_.requirements_->level_of(rule->requirement) : history::level::must;
    f.outcome = history::verdict_of(f.weight);
    f.session = where.session;
    f.at = where.at;
    f.text = r.text.empty() ? std::string(rule->text) : std::move(r.text);
    f.expected = std::move(r.expected);
    f.story = std::move(r.story);
    constexpr std::size_t window = 400;
    auto const from = r.offset > window / 2 ? r.offset - window / 2 : 0;
    f.octets = where.octets.substr(std::min(from, where.octets.size()), window);
    f.offset = r.offset - from;
    f.stream_offset = where.stream_offset + r.offset;
    owner_.findings_.push_back(std::move(f));
  }

 private:
  struct bench {
    checker_kind const* kind;
    std::unique_ptr<checker> sits;
  };
  judge& owner_;
  model::ledger ledger_;
  bool keeps_ledger_ = false;
  std::vector<bench> benches_;
  std::array<std::vector<bench*>, 5> listeners_;  ///< by bit of `hears`
  checker_kind const* speaking_ = nullptr;
};

judge::judge(std::vector<checker_kind const*> const& kinds, history::catalogue const* requirements,
             base::limits const& limits)
    : court_(std::make_unique<court>(*this, kinds)), requirements_(requirements), limits_(limits) {}

judge::~judge() = default;

void judge::take(history::event const& e) {
  constexpr history::session_id most_sessions = 1u << 20;
  if (e.session >= most_sessions) return;
  if (e.session >= sessions_.size()) sessions_.resize(e.session + 1);
  auto& session = sessions_[e.session];
  if (session && e.kind == history::event_kind::opened) court_->forget(e.session);
  if (!session || e.kind == history::event_kind::opened)
    session = std::make_unique<model::conversation>(e.session, e.proto, limits_);
  session->take(e, *court_);
}

model::conversation const* judge::find(history::session_id id) const {
  return id < sessions_.size() ? sessions_[id].get() : nullptr;
}

}  // namespace mailrig::check
