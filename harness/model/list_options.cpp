// list_options: see list_options.hpp.
#include "model/list_options.hpp"

#include <span>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

bool in_parentheses(wire::imap::argument const& a) { return !a.string && a.text.starts_with('('); }

void read_return(std::string_view list, list_options& out) {
  std::string last;
  for (auto const& e : elements_of(list)) {
    if (!in_parentheses(e)) {
      last = base::to_upper(e.text);
      out.give.insert(last);
      continue;
    }
    if (last == "STATUS")
      for (auto const& inner : elements_of(e.text)) out.status.insert(base::to_upper(inner.text));
  }
}

}  // namespace

std::vector<wire::imap::argument> elements_of(std::string_view list) {
  if (list.starts_with('(')) list.remove_prefix(1);
  if (list.ends_with(')')) list.remove_suffix(1);
  return wire::imap::read_command("t LIST " + std::string(list) + "\r\n").arguments;
}

std::optional<list_options> list_options::of(wire::imap::command const& c) {
  auto arguments = std::span(c.arguments);
  if (c.name != "LIST" || arguments.empty()) return std::nullopt;
  list_options out;
  if (in_parentheses(arguments[0])) {
    out.extended = true;
    for (auto const& e : elements_of(arguments[0].text)) out.select.insert(base::to_upper(e.text));
    arguments = arguments.subspan(1);
  }
  if (arguments.size() != 2 && arguments.size() != 4) return std::nullopt;
  if (in_parentheses(arguments[0])) return std::nullopt;
  out.names.reference = arguments[0].text;
  out.names.several = in_parentheses(arguments[1]);
  if (!out.names.several) out.names.patterns.push_back(arguments[1].text);
  if (out.names.several)
    for (auto const& p : elements_of(arguments[1].text))
      if (!p.text.empty()) out.names.patterns.push_back(p.text);
  if (out.names.is_wide()) return std::nullopt;
  out.extended = out.extended || out.names.several || arguments.size() == 4;
  if (arguments.size() == 4) {
    if (!base::iequals(arguments[2].text, "RETURN") || !in_parentheses(arguments[3])) return std::nullopt;
    read_return(arguments[3].text, out);
  }
  return out;
}

}  // namespace mailrig::model
