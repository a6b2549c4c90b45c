// thread_references: THREAD's REFERENCES algorithm, step by step (RFC 5256 §3).
#include <algorithm>
#include <map>
#include <memory>

#include "model/thread_tree.hpp"

namespace mailrig::model {
namespace {

struct member {
  threaded const* message = nullptr;  ///< null: a dummy
  member* parent = nullptr;
  std::vector<member*> children;
};

class reference_threader {
 public:
  explicit reference_threader(std::vector<threaded> const& messages) {
    for (auto const& m : messages) order_.push_back(&m);
    std::ranges::sort(order_, {}, &threaded::number);
    root_ = make(nullptr);
  }

  /// `backwards`: the messages are taken from the last to the first, which the RFC does not forbid.
  thread_forest threads(bool backwards) {
    name_all();
    auto taken = order_;
    if (backwards) std::ranges::reverse(taken);
    for (auto const* m : taken) link(*m);
    for (auto const& m : all_)
      if (m.get() != root_ && !m->parent) adopt(*root_, *m);  // step 2
    prune(*root_);
    sort_below(*root_);  // of step 4 the top level; that of dummies' children with it
    gather();
    sort_below(*root_);
    thread_forest out;
    for (auto const* child : root_->children) out.push_back(tree(*child));
    return out;
  }
  /// Whether somebody who follows the steps may come to something else.
  bool left_a_choice() const { return left_a_choice_; }

 private:
  member* make(threaded const* message) {
    all_.push_back(std::make_unique<member>());
    all_.back()->message = message;
    return all_.back().get();
  }
  static void adopt(member& parent, member& child) {
    child.parent = &parent;
    parent.children.push_back(&child);
  }
  static void leave(member& child) {
    if (child.parent) std::erase(child.parent->children, &child);
    child.parent = nullptr;
  }
  static bool is_within(member const* m, member const& ancestor) {
    for (; m; m = m->parent)
      if (m == &ancestor) return true;
    return false;
  }

  void name_all() {
    for (auto const* m : order_) {
      auto* made = make(m);
      of_message_[m] = made;
      if (!m->id.empty()) by_id_.emplace(m->id, made);  // of several with one id the first has it
    }
  }
  member* named(std::string const& id) {
    auto& m = by_id_[id];
    if (!m) m = make(nullptr);
    return m;
  }

  /// Step 1.
  void link(threaded const& m) {
    member* before = nullptr;
    for (auto const& id : m.references) {
      auto* now = named(id);
      if (before && !now->parent && !is_within(before, *now)) adopt(*before, *now);
      before = now;
    }
    auto* self = of_message_[&m];
    auto* const had = self->parent;
    leave(*self);
    if (!before) return;
    if (!is_within(before, *self)) return adopt(*before, *self);
    // Whether the link that was there before is broken where the new one would make a loop is not said.
    left_a_choice_ = left_a_choice_ || had;
  }

  /// Step 3.
  void prune(member& top) {
    std::vector<member*> kept;
    for (auto* child : top.children) {
      prune(*child);
      bool const promotes = !child->message && (&top != root_ || child->children.size() == 1);
      if (child->message || (!promotes && !child->children.empty())) {
        kept.push_back(child);
        continue;
      }
      for (auto* below : child->children) below->parent = &top, kept.push_back(below);
    }
    top.children = std::move(kept);
  }

  static threaded const& foremost(member const& m) { return m.message ? *m.message : foremost(*m.children.front()); }
  static void sort_below(member& top) {
    for (auto* child : top.children) sort_below(*child);
    std::ranges::sort(top.children, {}, [](auto const* m) {
      auto const& first = foremost(*m);
      return std::pair(first.sent, first.number);
    });
  }

  /// Step 5.
  void gather() {
    std::map<std::string_view, member*> table;
    for (auto* now : root_->children) {
      std::string_view const subject = foremost(*now).subject;
      if (subject.empty()) continue;
      auto const [at, is_new] = table.emplace(subject, now);
      auto const* held = at->second;
      bool const better =
          held->message && (!now->message || (held->message->reply_or_forward && !now->message->reply_or_forward));
      if (!is_new && better) at->second = now;
    }
    for (auto* now : std::vector(root_->children)) {
      std::string_view const subject = foremost(*now).subject;
      if (subject.empty() || now->parent != root_) continue;
      auto& held = table[subject];
      if (held != now) merge(*now, held);
    }
  }
  void merge(member& now, member*& held) {
    leave(now);
    if (!now.message && !held->message) {
      for (auto* child : now.children) adopt(*held, *child);
      return;
    }
    bool const answers = now.message && now.message->reply_or_forward;
    if (!held->message || (answers && !held->message->reply_or_forward)) return adopt(*held, now);
    auto* dummy = make(nullptr);
    leave(*held);
    adopt(*dummy, *held);
    adopt(*dummy, now);
    adopt(*root_, *dummy);
    held = dummy;
  }

  static thread_node tree(member const& m) {
    thread_node out{m.message ? m.message->name : 0, {}};
    for (auto const* child : m.children) out.children.push_back(tree(*child));
    return out;
  }

  std::vector<threaded const*> order_;
  std::vector<std::unique_ptr<member>> all_;
  std::map<threaded const*, member*> of_message_;
  std::map<std::string, member*, std::less<>> by_id_;
  member* root_ = nullptr;
  bool left_a_choice_ = false;
};

}  // namespace

std::optional<thread_forest> by_references(std::vector<threaded> const& messages) {
  reference_threader forwards(messages), backwards(messages);
  auto out = forwards.threads(false);
  bool const same = out == backwards.threads(true);
  if (!same || forwards.left_a_choice() || backwards.left_a_choice()) return std::nullopt;
  return out;
}

}  // namespace mailrig::model
