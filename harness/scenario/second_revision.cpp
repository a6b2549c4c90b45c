// second_revision: see second_revision.hpp.
#include "scenario/second_revision.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scenario/expected_line.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;

/// Words of lines that only the first revision has.
std::string_view taken_away(std::string_view line) {
  auto const upper = base::to_upper(line);
  std::string word;
  auto const known = [](std::string_view w, bool search) -> std::string_view {
    for (std::string_view const gone :
         {"LSUB", "CHECK", "RECENT", "\\RECENT", "RFC822", "RFC822.HEADER", "RFC822.TEXT", "IMAP4REV1"})
      if (w == gone) return gone;
    if (search && (w == "NEW" || w == "OLD")) return w == "NEW" ? "NEW" : "OLD";
    return {};
  };
  bool const search = upper.find("SEARCH ") != upper.npos;
  for (std::size_t at = 0; at <= upper.size(); ++at) {
    char const c = at < upper.size() ? upper[at] : ' ';
    if (std::string_view(" ()[]\"\r\n").find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    if (auto const gone = known(word, search); !gone.empty()) return gone;
    word.clear();
  }
  if (upper.find("[UNSEEN") != upper.npos) return "UNSEEN";
  return upper.find('&') == upper.npos ? std::string_view() : "modified UTF-7";
}

std::string_view taken_away(std::vector<operation> const& all) {
  for (auto const& o : all) {
    if (o.action == "explore") return "what explorations ask for";
    for (auto const& line : o.lines)
      if (auto const gone = taken_away(line); !gone.empty()) return gone;
    for (auto const& e : o.expectations) {
      auto const gone = e.how == expectation::mode::forbidden ? std::string_view() : taken_away(e.text);
      if (!gone.empty()) return gone;
    }
    if (auto const gone = taken_away(o.argument); !gone.empty()) return gone;
    for (auto const& branch : o.branches)
      if (auto const gone = taken_away(branch); !gone.empty()) return gone;
  }
  return {};
}

bool expects_search(expectation const& e) {
  return e.how != expectation::mode::forbidden && e.text.find("* SEARCH") != std::string::npos;
}

bool any_search(std::vector<operation> const& all) {
  return std::ranges::any_of(all, [](operation const& o) {
    return std::ranges::any_of(o.expectations, expects_search) ||
           std::ranges::any_of(o.branches, [](auto const& branch) { return any_search(branch); });
  });
}

/// "* SEARCH 1 3" as "* ESEARCH ALL 1,3"; nothing where it is no plain list.
std::optional<std::string> as_esearch(std::string_view text, bool uid) {
  constexpr std::string_view begins = "* SEARCH";
  if (!text.starts_with(begins) || text.find_first_of("|($@") != text.npos) return std::nullopt;
  std::string set;
  for (auto const word : base::words(text.substr(begins.size()))) set += (set.empty() ? "" : ",") + std::string(word);
  auto const results = set.empty() || set == "_" ? std::string() : " ALL " + set;
  return std::string(uid ? "* ESEARCH UID" : "* ESEARCH") + results;
}

/// What SEARCH commands of each session that wait for their results are: by UID or not.
struct searches {
  bool uid = false, both = false, any = false;

  void sent(std::string_view line) {
    auto const upper = base::to_upper(line);
    if (upper.find("SEARCH ") == upper.npos) return;
    bool const by_uid = upper.find("UID SEARCH ") != upper.npos;
    both = any && by_uid != uid;
    uid = by_uid;
    any = true;
  }
};

bool rewrite(script& s) {
  std::vector<searches> of(s.sessions.size());
  for (auto& o : s.operations) {
    if (o.what == operation::kind::concurrently && any_search(s.operations)) return false;
    if (o.what == operation::kind::send)
      for (auto const& line : o.lines) of[o.session].sent(line);
    if (o.what != operation::kind::expect) continue;
    for (auto& e : o.expectations) {
      if (!expects_search(e)) continue;
      auto const text = as_esearch(e.text, of[o.session].uid);
      auto read = text && !of[o.session].both ? read_expected_line(*text, protocol::imap)
                                              : base::result<expected_line>(base::fault{});
      if (!read) return false;
      read->what.line = e.line;
      e = std::move(read->what);
    }
    if (o.completion()) of[o.session] = {};
  }
  return true;
}

bool begins_logged_in(script const& s) {
  auto const inside = [&](session_declaration const& d) {
    return d.proto != protocol::imap || d.state.value_or(s.state) >= start_state::authenticated;
  };
  auto const again = [](operation const& o) {
    return o.action == "connect" || o.action == "login" || o.action == "try-login";
  };
  return std::ranges::all_of(s.sessions, inside) && std::ranges::none_of(s.operations, again);
}

/// What the server chooses may differ between the revisions, and a choice that differs within a run is told.
bool has_trait(std::vector<operation> const& all) {
  return std::ranges::any_of(all, [](operation const& o) {
    return std::ranges::any_of(o.expectations, [](expectation const& e) { return !e.trait.empty(); }) ||
           std::ranges::any_of(o.branches, [](auto const& branch) { return has_trait(branch); });
  });
}

}  // namespace

std::string_view of_first_revision(script const& s) {
  if (!s.uses(protocol::imap)) return {};
  if (auto const gone = taken_away(s.operations); !gone.empty()) return gone;
  return any_search(s.operations) ? "SEARCH responses" : std::string_view();
}

std::optional<script> in_second_revision(script const& s) {
  if (!s.id.starts_with("imap/rfc3501/") || !s.uses(protocol::imap) || !s.accounts.empty()) return std::nullopt;
  for (auto const* tag : {"rev1", "big", "slow", "attack", "unjudged", "segments"})
    if (std::ranges::find(s.tags, tag) != s.tags.end()) return std::nullopt;
  if (!begins_logged_in(s) || has_trait(s.operations) || !taken_away(s.operations).empty()) return std::nullopt;
  auto out = s;
  if (!rewrite(out)) return std::nullopt;
  out.id += "~rev2";
  out.second_revision = true;
  std::erase_if(out.needs, [](std::string const& need) { return base::iequals(need, "IMAP4rev1"); });
  out.needs.push_back("IMAP4rev2");
  return out;
}

}  // namespace mailrig::scenario
