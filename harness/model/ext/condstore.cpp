// condstore: see condstore.hpp.
#include "model/ext/condstore.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::model {
namespace {

using wire::imap::command;
using wire::imap::sequence_set;
using wire::imap::status;

std::string_view inside_of_list(std::string_view list) {
  return list.size() >= 2 && list.front() == '(' && list.back() == ')' ? list.substr(1, list.size() - 2)
                                                                       : std::string_view();
}

/// Words of a list's inside; one that begins with a parenthesis goes on to the one that closes it.
std::vector<std::string_view> words_of_list(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ' ') continue;
    auto const begin = at;
    for (int depth = 0; at < text.size() && (depth > 0 || text[at] != ' '); ++at)
      depth += (text[at] == '(') - (text[at] == ')');
    out.push_back(text.substr(begin, at - begin));
  }
  return out;
}

std::optional<resync_parameter> read_resync(std::string_view list) {
  auto const words = words_of_list(inside_of_list(list));
  if (words.size() < 2 || words.size() > 4) return std::nullopt;
  auto const validity = base::number(words[0]), modseq = base::number(words[1]);
  if (!validity || !modseq || *validity == 0 || *modseq == 0) return std::nullopt;
  resync_parameter out{*validity, *modseq, {}, {}};
  std::size_t at = 2;
  if (at < words.size() && words[at][0] != '(') {
    out.known = sequence_set::parse(words[at++]);
    if (!out.known) return std::nullopt;
  }
  if (at == words.size()) return out;
  auto const pair = words_of_list(inside_of_list(words[at]));
  auto const numbers = pair.size() == 2 ? sequence_set::parse(pair[0]) : std::nullopt;
  auto const uids = pair.size() == 2 ? sequence_set::parse(pair[1]) : std::nullopt;
  auto const n = numbers ? numbers->expand(10000) : std::nullopt;
  auto const u = uids ? uids->expand(10000) : std::nullopt;
  if (!n || !u || n->size() != u->size()) return std::nullopt;
  for (std::size_t i = 0; i < n->size(); ++i) out.match.emplace_back((*n)[i], (*u)[i]);
  return out;
}

void read_modifiers(std::string_view list, condstore_request& out) {
  auto const words = words_of_list(inside_of_list(list));
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto const value = i + 1 < words.size() ? base::number(words[i + 1]) : std::nullopt;
    if (base::iequals(words[i], "VANISHED")) out.vanished = true;
    if (base::iequals(words[i], "CHANGEDSINCE")) out.changed_since = value;
    if (base::iequals(words[i], "UNCHANGEDSINCE")) out.unchanged_since = value;
    if (base::iequals(words[i], "CONDSTORE")) out.select = true;
    if (base::iequals(words[i], "QRESYNC")) {
      out.quick = true;
      if (i + 1 < words.size()) out.resync = read_resync(words[i + 1]);
    }
  }
}

}  // namespace

condstore_request read_condstore(command const& c) {
  condstore_request out;
  if (c.arguments.empty()) return out;
  if (c.name == "SELECT" || c.name == "EXAMINE") read_modifiers(c.arg(1), out);
  if (c.name == "FETCH") {
    read_modifiers(c.arg(2), out);
    auto const items = c.arg(1);
    bool const perhaps =
        items.find('Q') != items.npos || items.find('q') != items.npos;  // most ask for nothing with one
    out.item =
        perhaps && std::ranges::any_of(requested_items(c), [](auto const& item) { return item.label == "MODSEQ"; });
  }
  if (c.name == "STORE" && c.arg(1).starts_with('(')) read_modifiers(c.arg(1), out);
  if (c.name == "STATUS")
    for (auto word : words_of_list(inside_of_list(c.arg(1))))
      out.status = out.status || base::iequals(word, "HIGHESTMODSEQ");
  if (c.name == "SEARCH" || c.name == "SORT" || c.name == "THREAD") {
    out.extended = base::iequals(c.arg(0), "RETURN");
    for (std::size_t i = out.extended ? 2 : 0; i < c.arguments.size(); ++i)
      if (!c.arguments[i].string)
        for (auto word : base::words(c.arg(i))) {
          while (word.starts_with('(')) word.remove_prefix(1);
          out.criterion = out.criterion || base::iequals(word, "MODSEQ");
        }
  }
  if (c.name == "ENABLE")
    for (auto const& a : c.arguments) {
      out.condstore = out.condstore || base::iequals(a.text, "CONDSTORE");
      out.qresync = out.qresync || base::iequals(a.text, "QRESYNC");
    }
  return out;
}

void condstore_session::told(wire::imap::response const& r, command const* answered) {
  if (r.code == "CLOSED") highest = nomodseq = false;
  if (r.code == "HIGHESTMODSEQ") highest = true;
  if (r.code == "NOMODSEQ") nomodseq = true;
  if (r.is("ENABLED"))
    for (auto v = r.args(); v; v = v.next()) quick = quick || v.names("QRESYNC");
  if (!answered || r.condition != status::ok) return;
  auto const& name = answered->name;
  aware = aware || read_condstore(*answered).enables();
  if (name == "CLOSE" || name == "UNSELECT") highest = nomodseq = false;
  if (name == "UNAUTHENTICATE") *this = {};
}

}  // namespace mailrig::model
