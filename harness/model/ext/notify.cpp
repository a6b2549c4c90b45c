// notify: see notify.hpp.
#include "model/ext/notify.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "model/imap_session.hpp"
#include "model/list_options.hpp"

namespace mailrig::model {
namespace {

bool is_list(wire::imap::argument const& a) { return !a.string && a.text.starts_with('('); }

std::optional<notify_request::group> read_group(std::string_view text) {
  auto const words = elements_of(text);
  notify_request::group out;
  if (words.size() < 2) return std::nullopt;
  out.filter = base::to_upper(words[0].text);
  std::size_t at = 1;
  if (out.filter == "SUBTREE" || out.filter == "MAILBOXES") {
    if (!is_list(words[at])) out.names.push_back(canonical_mailbox(words[at].text));
    if (is_list(words[at]))
      for (auto const& name : elements_of(words[at].text)) out.names.push_back(canonical_mailbox(name.text));
    ++at;
  }
  if (at + 1 != words.size()) return std::nullopt;
  if (!is_list(words[at])) return base::iequals(words[at].text, "NONE") ? std::optional(out) : std::nullopt;
  for (auto const& e : elements_of(words[at].text)) {
    if (!is_list(e)) {
      out.events.insert(base::to_upper(e.text));
      continue;
    }
    for (auto const& item : requested_items(wire::imap::read_command("t FETCH 1 " + e.text + "\r\n")))
      out.items.insert(item.label);
  }
  return out;
}

}  // namespace

bool notify_request::group::of_messages() const {
  return asks("MESSAGENEW") || asks("MESSAGEEXPUNGE") || asks("FLAGCHANGE") || asks("ANNOTATIONCHANGE");
}

bool notify_request::group::unpaired() const {
  return of_messages() && !(asks("MESSAGENEW") && asks("MESSAGEEXPUNGE"));
}

std::optional<notify_request> notify_request::of(wire::imap::command const& c) {
  if (c.name != "NOTIFY" || c.arguments.empty()) return std::nullopt;
  notify_request out;
  if (base::iequals(c.arg(0), "NONE")) return c.arguments.size() == 1 ? std::optional(out) : std::nullopt;
  out.status = base::iequals(c.arg(1), "STATUS");
  if (!base::iequals(c.arg(0), "SET")) return std::nullopt;
  for (std::size_t i = out.status ? 2 : 1; i < c.arguments.size(); ++i) {
    auto const group = is_list(c.arguments[i]) ? read_group(c.arguments[i].text) : std::nullopt;
    if (!group) return std::nullopt;
    out.groups.push_back(*group);
  }
  return out.groups.empty() ? std::nullopt : std::optional(out);
}

notify_request::group const* notify_request::selected() const {
  auto const at = std::ranges::find_if(groups, &group::of_selected);
  return at == groups.end() ? nullptr : &*at;
}

void notify_session::asked(wire::imap::command const& c) {
  // What cannot be read may be granted all the same: then anything may come.
  sent_.emplace_back(c.tag, notify_request::of(c).value_or(notify_request{
                                false, {{"SELECTED", {}, {"MESSAGENEW", "MESSAGEEXPUNGE", "FLAGCHANGE"}, {}}}}));
}

void notify_session::completed(wire::imap::command const& c, bool ok) {
  auto const at = std::ranges::find(sent_, c.tag, &std::pair<std::string, notify_request>::first);
  if (at == sent_.end()) return;
  if (ok) in_force_ = at->second, overflown_ = false;
  sent_.erase(at);
}

void notify_session::overflowed() {
  if (!in_force_) return;
  in_force_ = notify_request{};
  overflown_ = true;
}

bool notify_session::tells_others() const {
  return (in_force_ && !in_force_->groups.empty()) ||
         std::ranges::any_of(sent_, [](auto const& one) { return !one.second.groups.empty(); });
}

bool notify_session::expunges_any_time() const {
  auto const at_once = [](notify_request const& r) {
    auto const* s = r.selected();
    return s && s->filter == "SELECTED" && s->asks("MESSAGEEXPUNGE");
  };
  return (in_force_ && at_once(*in_force_)) ||
         std::ranges::any_of(sent_, [&](auto const& one) { return at_once(one.second); });
}

bool notify_session::all_ask(std::string_view event) const {
  auto const does = [&](notify_request const& r) {
    auto const* s = r.selected();
    return s && s->asks(event);
  };
  return (!in_force_ || does(*in_force_)) &&
         std::ranges::all_of(sent_, [&](auto const& one) { return does(one.second); });
}

}  // namespace mailrig::model
