// came_patterns: see came_patterns.hpp.
#include "record/came_patterns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "scenario/pattern.hpp"

namespace mailrig::record {
namespace {

using wire::imap::node_kind;
using wire::imap::value;

/// Longer strings are not written out: a reader looks at what they are about, not at all of them.
constexpr std::size_t longest_exact = 120;

std::optional<std::string> in_quotes(std::string_view text) {
  bool const plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!plain || text.size() > longest_exact || text.find('$') != text.npos || text.find("mail[") != text.npos)
    return std::nullopt;
  std::string out = "\"";
  for (char const c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + '"';
}

/// A value as a pattern has it.
std::string shown(value v) {
  switch (v.kind()) {
    case node_kind::list: {
      std::vector<std::string> parts;
      for (auto part = v.first(); part; part = part.next()) parts.push_back(shown(part));
      return fmt::format("({})", fmt::join(parts, " "));
    }
    case node_kind::nil: return "NIL";
    case node_kind::quoted:
    case node_kind::literal:
    case node_kind::literal8: return in_quotes(v.text()).value_or("_");
    case node_kind::number: return std::string(v.raw());
    default: {
      auto const text = v.raw();
      return text.find('$') == text.npos && text != "..." ? std::string(text) : "_";
    }
  }
}

/// Flags without \Recent, which depends on who looked before.
std::string flags(value list) {
  std::vector<std::string> out;
  for (auto f = list.first(); f; f = f.next())
    if (!f.names("\\Recent")) out.push_back(shown(f));
  return fmt::format("({})", fmt::join(out, " "));
}

std::string fetched(wire::imap::response const& r, came_words const& words) {
  std::string out;
  model::for_each_item(r, [&](value name, value data) {
    auto const label = base::to_upper(name.raw());
    std::string told = "_";
    if (label == "UID") told = words.uid(data.number().value_or(0));
    if (label == "FLAGS") told = flags(data);
    bool const own = label == "UID" || label == "FLAGS" || label == "INTERNALDATE" || label == "MODSEQ" ||
                     label == "EMAILID" || label == "THREADID" || label == "SAVEDATE";
    bool const date = label == "INTERNALDATE" && words.dated(r.number);
    if (!own || date) told = shown(data);
    out += fmt::format("{}{} {}", out.empty() ? "" : " ", label, told);
  });
  return fmt::format("* {} FETCH ({})", r.number, out);
}

std::string status_items(wire::imap::response const& r, trace_names& names, came_words const& words) {
  std::string out;
  for (auto item = r.args().next().first(); item; item = item.next().next()) {
    bool const counted = item.names("MESSAGES") || item.names("UNSEEN") || item.names("DELETED");
    auto told = counted ? shown(item.next()) : std::string("_");
    if (item.names("UIDVALIDITY"))
      told = words.validity(model::canonical_mailbox(r.args().text()), item.next().number().value_or(0));
    out += fmt::format("{}{} {}", out.empty() ? "" : " ", item.raw(), told);
  }
  return fmt::format("* STATUS {} ({})", names.word_of(r.args().text()), out);
}

std::string search_result(wire::imap::response const& r, came_words const& words) {
  std::string out = "* " + std::string(r.name);
  for (auto v = r.args(); v; v = v.next()) {
    auto const n = v.number();
    if (!n) break;  // what follows is an extension's
    out += " " + (words.numbers_are_uids ? words.uid(*n) : std::to_string(*n));
  }
  return out;
}

}  // namespace

std::optional<std::string> came_pattern(wire::imap::response const& r, trace_names& names, came_words const& words) {
  std::string out;
  if (r.is("EXISTS") || r.is("EXPUNGE")) out = fmt::format("* {} {}", r.number, r.name);
  if (r.is("FETCH") && r.number > 0) out = fetched(r, words);
  if (r.is("SEARCH")) out = search_result(r, words);
  if (r.is("STATUS")) out = status_items(r, names, words);
  if (r.is("FLAGS")) out = fmt::format("* FLAGS {}", flags(r.args()));
  if (r.is("LIST") || r.is("LSUB")) {
    auto const name = r.args().next().next();
    // Attributes tell of children and uses that another run may not have: any may come.
    out = fmt::format("* {} () _ {}", r.name, names.word_of(name.text()));
  }
  if (out.empty() || r.violation || !scenario::pattern::read(out, history::protocol::imap)) return std::nullopt;
  return out;
}

std::string came_status(wire::imap::response const& r) {
  auto const status = base::to_upper(wire::imap::name_of(r.condition));
  for (auto const* code : {"READ-ONLY", "READ-WRITE", "TRYCREATE", "ALREADYEXISTS", "NONEXISTENT"})
    if (r.code == code) return fmt::format("{} [{}]", status, code);
  if (r.code == "APPENDUID") return status + " [APPENDUID _ _]";
  if (r.code == "COPYUID") return status + " [COPYUID _ _ _]";
  return status;
}

std::vector<std::string> came_lines(model::pop3_command const& c, wire::pop3::reply const& r) {
  bool const well = r.status == wire::pop3::indicator::ok;
  std::vector<std::string> out{well ? "+OK" : "-ERR"};
  if (!well && !r.code.empty()) out[0] += fmt::format(" [{}]", r.code);
  if (!well) return out;
  if (c.is("STAT") || (c.is("LIST") && !r.multi))
    for (auto const word : base::words(r.text))
      if (base::number(word)) out[0] += " " + std::string(word);
  if ((c.is("LIST") || c.is("UIDL")) && r.multi)
    for (auto const& line : wire::pop3::body_lines(r.body)) {
      auto const words = base::words(line);
      if (words.size() == 2) out.push_back(fmt::format("{} {}", words[0], c.is("LIST") ? words[1] : "_"));
    }
  return out;
}

}  // namespace mailrig::record
