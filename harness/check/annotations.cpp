// annotations: METADATA tells what was asked for: entries that were named and those below them as DEPTH has it, no
// value above MAXSIZE, the values that were set; unasked it tells names alone, and only to who has enabled that (RFC
// 5464 §4.1 to §4.4).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::annotations {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

/// What GETMETADATA asks for.
struct question {
  std::string mailbox;
  std::vector<std::string> entries;  ///< lower case
  std::optional<std::uint64_t> largest;
  int depth = 0;  ///< levels below an entry; -1: all
  bool readable = true;
};

/// Words and parentheses of a command; a quoted string is one word. What has literals is not read.
std::vector<std::string> words_in(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < line.size();) {
    char const c = line[at];
    if (c == ' ' || c == '\r' || c == '\n') {
      ++at;
    } else if (c == '(' || c == ')') {
      out.emplace_back(1, c);
      ++at;
    } else if (c == '"') {
      auto const end = line.find('"', at + 1);
      out.emplace_back(line.substr(at + 1, end == line.npos ? end : end - at - 1));
      at = end == line.npos ? line.size() : end + 1;
    } else {
      auto const end = std::min(line.find_first_of(" ()\r\n", at), line.size());
      out.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  return out;
}

/// The command's words behind its name; none where it has literals or escapes.
std::vector<std::string> plain_words(wire::imap::command const& c) {
  if (c.octets.find_first_of("{\\") != std::string_view::npos) return {};
  auto all = words_in(c.octets);
  all.erase(all.begin(), all.begin() + std::ptrdiff_t(std::min<std::size_t>(2, all.size())));
  return all;
}

void take_option(question& q, std::string const& name, std::string const& value) {
  if (base::iequals(name, "MAXSIZE")) q.largest = base::number(value);
  if (base::iequals(name, "DEPTH")) q.depth = base::iequals(value, "infinity") ? -1 : value == "1" ? 1 : 0;
}

/// "[(option value ...)] mailbox [(option value ...)] entry" or "(entry ...)".
question read_question(wire::imap::command const& c) {
  question q;
  auto const w = plain_words(c);
  std::size_t at = 0;
  auto const options = [&] {
    if (at + 1 >= w.size() || w[at] != "(" || w[at + 1].starts_with('/')) return;
    for (++at; at + 1 < w.size() && w[at] != ")"; at += 2) take_option(q, w[at], w[at + 1]);
    ++at;
  };
  options();
  q.readable = at < w.size();
  if (q.readable) q.mailbox = model::canonical_mailbox(w[at++]);
  options();
  for (; at < w.size(); ++at)
    if (w[at] != "(" && w[at] != ")") q.entries.push_back(base::to_lower(w[at]));
  return q;
}

class annotations final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->is("METADATA")) told(i, out);
    if (i.response->kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  using known_values = std::map<std::string, std::optional<std::string>>;  ///< by account, mailbox and entry

  struct one_session {
    bool enabled = false;
    known_values came;  ///< with the answer that is under way, by entry alone
  };

  static std::string key(item const& i, std::string const& mailbox, std::string const& entry) {
    return i.imap->account + "\n" + mailbox + "\n" + entry;
  }

  void asked(item const& i) {
    auto const& c = i.command->sent;
    auto& mine = of_[i.session];
    if (c.name == "ENABLE")
      for (auto const& word : plain_words(c)) mine.enabled = mine.enabled || base::istarts_with(word, "METADATA");
    if (c.name == "GETMETADATA") mine.came.clear();
    // A mailbox's annotations go with it.
    if (c.name == "DELETE" || c.name == "RENAME" || c.name == "CREATE") known_.clear();
    if (c.name != "SETMETADATA") return;
    ++changing_;
    auto const w = plain_words(c);
    auto const box = w.empty() ? std::string(c.arg(0)) : w[0];
    std::erase_if(known_, [&](auto const& k) {
      return k.first.starts_with(i.imap->account + "\n" + model::canonical_mailbox(box) + "\n");
    });
  }

  void told(item const& i, report& out) {
    auto const box = i.response->args();
    auto& mine = of_[i.session];
    auto const* get = i.imap->running("GETMETADATA");
    if (!box.next().is_list()) {
      if (i.imap->capabilities_known && !i.imap->can("ENABLE") && !i.imap->notified)
        return out.add(i,
                       {"no-enable", "changed entries are told by a server without ENABLE", {}, box.next().offset()});
      if (!mine.enabled && !i.imap->notified)
        out.add(i, {"unasked", "changed entries are told, and nobody has enabled METADATA", {}, box.next().offset()});
      return;
    }
    if (i.imap->runs("LIST")) return;
    if (!get && i.imap->runs("SETMETADATA"))
      return out.add(i, {"to-setter", "values are told to who sets them", {}, box.next().offset()});
    if (!get) return out.add(i, {"values", "values are told, and nobody asked for them", {}, box.next().offset()});
    if (i.imap->in_progress.size() != 1) return;
    auto const q = read_question(get->sent);
    if (!q.readable || q.entries.empty()) return;
    for (auto v = box.next().first(); v; v = v.next().next()) one(i, q, v, v.next(), mine, out);
  }

  void one(item const& i, question const& q, wire::imap::value entry, wire::imap::value value, one_session& mine,
           report& out) {
    auto const name = base::to_lower(entry.text());
    bool const meant = std::ranges::any_of(q.entries, [&](auto const& e) {
      if (name == e) return true;
      if (!name.starts_with(e + "/") || q.depth == 0) return false;
      return q.depth < 0 || name.find('/', e.size() + 1) == name.npos;
    });
    if (!meant)
      return out.add(i, {"depth", fmt::format("{} was not asked for", base::printable(name)), {}, entry.offset()});
    auto const text = value.is_nil() ? std::nullopt : std::optional(value.text());
    mine.came[name] = text;
    if (text && q.largest && text->size() > *q.largest)
      out.add(i, {"larger",
                  fmt::format("a value of {} octets, where MAXSIZE is {}", text->size(), *q.largest),
                  {},
                  value.offset()});
    auto const known = known_.find(key(i, q.mailbox, name));
    if (changing_ == 0 && known != known_.end() && known->second != text)
      out.add(i,
              {"changed",
               fmt::format("{} is {}, and was set to {}", base::printable(name), text ? base::printable(*text) : "NIL",
                           known->second ? base::printable(*known->second) : "NIL"),
               {},
               value.offset()});
  }

  void answered(item const& i, report& out) {
    auto const& c = i.command->sent;
    bool const ok = i.response->condition == status::ok;
    if (c.name == "SETMETADATA") {
      changing_ -= changing_ > 0;
      if (ok && changing_ == 0) learn(i);
    }
    if (c.name == "GETMETADATA" && ok) complete(i, read_question(c), out);
  }

  /// Private values are this user's, whom all of these sessions have; nobody else changes them.
  void learn(item const& i) {
    auto const w = plain_words(i.command->sent);
    constexpr std::size_t most = 4096;
    if (w.empty() || known_.size() > most) return;
    for (std::size_t at = 2; at + 1 < w.size() && w[at] != ")"; at += 2) {
      auto const entry = base::to_lower(w[at]);
      // A use is a mailbox's own, and spelled as the server has it (RFC 6154 §4).
      if (!entry.starts_with("/private/") || entry == "/private/specialuse") continue;
      bool const nil = base::iequals(w[at + 1], "NIL") && i.command->sent.octets.find("\"NIL\"") == std::string::npos;
      known_[key(i, model::canonical_mailbox(w[0]), entry)] = nil ? std::nullopt : std::optional(w[at + 1]);
    }
  }

  void complete(item const& i, question const& q, report& out) {
    if (!q.readable || i.imap->in_progress.size() != 1) return;
    auto const& came = of_[i.session].came;
    std::size_t longest = 0;
    for (auto const& entry : q.entries) {
      auto const known = known_.find(key(i, q.mailbox, entry));
      if (known == known_.end() || !known->second || changing_ > 0) continue;
      bool const too_long = q.largest && known->second->size() > *q.largest;
      if (too_long) longest = std::max(longest, known->second->size());
      if (!too_long && !came.contains(entry))
        return out.add(i, {"untold",
                           fmt::format("{} has a value, which was asked for and is not told", base::printable(entry)),
                           {"* METADATA ..."},
                           0});
    }
    bool const says = i.response->code == "METADATA" && i.response->code_args().names("LONGENTRIES");
    auto const told_size = says ? i.response->code_args().next().number() : std::nullopt;
    if (longest > 0 && (!told_size || *told_size < longest))
      out.add(i, {"long-untold",
                  fmt::format("a value of {} octets is above MAXSIZE, and [METADATA LONGENTRIES n] does not say so",
                              longest),
                  {fmt::format("[METADATA LONGENTRIES {}]", longest)},
                  0});
  }

  per_session<one_session> of_{this};
  known_values known_;
  std::size_t changing_ = 0;  ///< SETMETADATA commands under way
};

checker_kind const kind{
    "annotations",
    "METADATA tells what was asked for and set; unasked it tells names of entries alone.",
    {{"no-enable", "RFC5464-1-01", "Who tells changed entries has ENABLE."},
     {"unasked", "RFC5464-4.1-04", "Changed entries are told only to who has enabled METADATA."},
     {"values", "RFC5464-4.4-02", "What comes unasked has no values."},
     {"to-setter", "RFC5464-4.3-06", "Who sets annotations is not told them."},
     {"depth", "RFC5464-4.2.2-01", "GETMETADATA tells entries that were named, and those below them as DEPTH says."},
     {"larger", "RFC5464-4.2.1-01", "No value above MAXSIZE is told."},
     {"long-untold", "RFC5464-4.2.1-01", "LONGENTRIES tells the largest value above MAXSIZE."},
     {"untold", "RFC5464-4.2-01", "A value that was asked for is told."},
     {"changed", "RFC5464-4.3-01", "A value is as it was set.", "RFC5464-4.2-01 RFC5464-4.3-05"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<annotations>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::annotations
