// thread_tree: what of a message THREAD goes by, threads as they are written, and ORDEREDSUBJECT (RFC 5256 §3, §5).
#include "model/thread_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "model/base_subject.hpp"
#include "model/casemap.hpp"

namespace mailrig::model {
namespace {

/// The msg-ids of a field that has nothing else, quotes taken out (RFC 5256 §3); nothing where it has.
std::optional<std::vector<std::string>> message_ids(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      ++at;
      continue;
    }
    auto const end = text.find('>', at);
    if (text[at] != '<' || end == text.npos) return std::nullopt;
    auto id = std::string(text.substr(at + 1, end - at - 1));
    auto const host = id.rfind('@');
    if (host == id.npos || host == 0 || host + 1 == id.size()) return std::nullopt;
    if (id.starts_with('"') && host > 2 && id[host - 1] == '"') id = id.substr(1, host - 2) + id.substr(host);
    if (id.find_first_of("\"\\<@ \t()", 0) != id.rfind('@') || id.find_first_of("[]") != id.npos) return std::nullopt;
    out.push_back(std::move(id));
    at = end + 1;
  }
  return out;
}

/// Of a field that is absent none; nothing where it is there and not plain.
std::optional<std::vector<std::string>> ids_of(known_message const& m, std::string_view field) {
  auto const count = m.parts.count(field);
  if (count == 0) return std::vector<std::string>{};
  auto const value = m.parts.value(field);
  return count == 1 && value ? message_ids(*value) : std::nullopt;
}

void write_node(thread_node const& n, std::string& out) {
  if (n.name != 0) out += std::to_string(n.name);
  if (n.children.size() == 1 && n.name != 0) {
    out += ' ';
    return write_node(n.children.front(), out);
  }
  if (!n.children.empty() && n.name != 0) out += ' ';
  for (auto const& child : n.children) {
    out += '(';
    write_node(child, out);
    out += ')';
  }
}

/// From a value on: a member and what comes behind it, or several lists below a parent that is not there.
bool read_members(wire::imap::value v, thread_node& into, int depth) {
  constexpr int deepest = 2000;
  if (depth > deepest) return false;
  auto* at = &into;
  for (bool first = true; v && !v.is_list(); v = v.next(), first = false) {
    auto const n = v.number();
    if (!n || *n == 0 || *n > 0xFFFFFFFF) return false;
    if (!first) at = &at->children.emplace_back();
    at->name = std::uint32_t(*n);
  }
  for (; v; v = v.next())
    if (!v.is_list() || !read_members(v.first(), at->children.emplace_back(), depth + 1)) return false;
  return true;
}

}  // namespace

std::optional<threaded> threaded_of(sortable const& m, std::uint32_t name) {
  if (!m.mail) return std::nullopt;
  auto const sent = sent_date(m);
  auto const subject = subject_of(*m.mail);
  auto const ids = ids_of(*m.mail, "Message-ID");
  auto references = ids_of(*m.mail, "References");
  auto const answered = ids_of(*m.mail, "In-Reply-To");
  if (!sent.is_known || sent.is_coarse || !subject || !ids || ids->size() > 1 || !references || !answered)
    return std::nullopt;
  auto const base = base_subject_of(*subject);
  auto const compared_by = casemapped(base.text);
  if (!compared_by) return std::nullopt;
  if (references->empty() && !answered->empty()) references->push_back(answered->front());
  return threaded{m.number,
                  name,
                  sent.number,
                  *compared_by,
                  base.reply_or_forward,
                  ids->empty() ? std::string() : ids->front(),
                  std::move(*references)};
}

thread_forest by_subject(std::vector<threaded> const& messages) {
  std::vector<threaded const*> sorted;
  for (auto const& m : messages) sorted.push_back(&m);
  std::ranges::sort(sorted, {}, [](auto const* m) { return std::pair(m->sent, m->number); });
  thread_forest out;
  std::map<std::string_view, std::size_t> place;
  for (auto const* m : sorted) {
    auto const [at, is_new] = place.emplace(m->subject, out.size());
    auto& to = is_new ? out : out[at->second].children;
    to.push_back({m->name, {}});
  }
  return out;
}

std::string written(thread_forest const& threads) {
  std::string out;
  for (auto const& t : threads) {
    out += '(';
    write_node(t, out);
    out += ')';
  }
  return out;
}

std::optional<thread_forest> read_threads(wire::imap::value lists) {
  thread_forest out;
  for (; lists; lists = lists.next())
    if (!lists.is_list() || !read_members(lists.first(), out.emplace_back(), 0)) return std::nullopt;
  return out;
}

}  // namespace mailrig::model
