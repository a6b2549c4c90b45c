// tree: the values of one response, as a flat tape of nodes over the response's own octets.
// Nothing is copied; a tree is valid as long as the octets it was read from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace mailrig::wire::imap {

enum class node_kind : std::uint8_t {
  list,
  atom,  ///< also flags ("\Seen") and capabilities
  number,
  nil,
  quoted,  ///< octets between the quotes, escapes still in
  literal,
  literal8,
  section,  ///< BODY[...]<n>, the whole label
  text,     ///< human-readable rest of a status response
};

struct node {
  node_kind kind = node_kind::atom;
  bool escaped = false;     ///< a quoted string that has backslashes
  std::uint32_t begin = 0;  ///< of the value's octets within the response
  std::uint32_t size = 0;
  std::uint32_t next = 0;  ///< index of the node after this one and all below it
};

class tree;

/// A place in a tree; cheap to copy. An invalid one (past the end) answers false and empty.
class value {
 public:
  value() = default;
  value(tree const* owner, std::uint32_t at, std::uint32_t end) : tree_(owner), at_(at), end_(end) {}

  explicit operator bool() const { return tree_ != nullptr && at_ < end_; }
  node_kind kind() const;
  bool is_list() const { return *this && kind() == node_kind::list; }
  bool is_nil() const { return *this && kind() == node_kind::nil; }
  bool is_string() const;
  /// The octets as they stand (without quotes or literal header).
  std::string_view raw() const;
  /// The octets with quoted escapes taken out.
  std::string text() const;
  std::uint32_t offset() const;
  std::optional<std::uint64_t> number() const;
  /// An atom or string that equals `name` without regard to case.
  bool names(std::string_view name) const;

  value first() const;            ///< first child of a list
  value next() const;             ///< following sibling
  value at(std::size_t i) const;  ///< i-th child
  std::size_t size() const;       ///< number of children

 private:
  tree const* tree_ = nullptr;
  std::uint32_t at_ = 0, end_ = 0;
};

class tree {
 public:
  void reset(std::string_view octets) {
    octets_ = octets;
    nodes_.clear();
  }
  std::string_view octets() const { return octets_; }
  std::vector<node> const& nodes() const { return nodes_; }
  value root() const { return {this, 0, std::uint32_t(nodes_.size())}; }
  value from(std::uint32_t index, std::uint32_t end) const { return {this, index, end}; }

  std::uint32_t open(std::uint32_t begin) {
    nodes_.push_back({node_kind::list, false, begin, 0, 0});
    return std::uint32_t(nodes_.size() - 1);
  }
  void close(std::uint32_t list, std::uint32_t end) {
    nodes_[list].size = end - nodes_[list].begin;
    nodes_[list].next = std::uint32_t(nodes_.size());
  }
  void leaf(node_kind kind, std::uint32_t begin, std::uint32_t size, bool escaped = false) {
    nodes_.push_back({kind, escaped, begin, size, std::uint32_t(nodes_.size() + 1)});
  }
  /// Ends the lists that a violation left open, so that what was understood can be walked.
  void close_all(std::uint32_t end) {
    for (auto& n : nodes_)
      if (n.next == 0) n.size = end - n.begin, n.next = std::uint32_t(nodes_.size());
  }
  /// Forgets what was read since the tape had `count` nodes.
  void rewind(std::size_t count) { nodes_.resize(count); }

 private:
  std::string_view octets_;
  std::vector<node> nodes_;
};

// Every checker walks every FETCH.

inline node_kind value::kind() const { return tree_->nodes()[at_].kind; }

inline std::string_view value::raw() const {
  if (!*this) return {};
  auto const& n = tree_->nodes()[at_];
  return tree_->octets().substr(n.begin, n.size);
}

inline bool value::names(std::string_view name) const { return *this && !is_list() && base::iequals(raw(), name); }

inline value value::first() const { return is_list() ? value(tree_, at_ + 1, tree_->nodes()[at_].next) : value(); }

inline value value::next() const { return *this ? value(tree_, tree_->nodes()[at_].next, end_) : value(); }

}  // namespace mailrig::wire::imap
