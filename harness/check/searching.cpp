// searching: see searching.hpp.
#include "check/searching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/ext/message_limit.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::check {
namespace {

constexpr std::size_t most_searched = 2000;

/// " 5-Jan-2026 10:00:00 +0000": the day that stands there, whatever the zone (RFC 3501 §6.4.4, ON).
std::optional<std::int64_t> day_told(std::string_view date_time) {
  auto const parts = base::split(base::trim(date_time.substr(0, 11)), '-');
  return parts.size() == 3 ? wire::imap::day_of(parts[0], parts[1], parts[2]) : std::nullopt;
}

std::int64_t whole_seconds(base::instant at) { return std::chrono::duration_cast<std::chrono::seconds>(at).count(); }

}  // namespace

bool same_set(item const& i, searched const& s, std::vector<std::uint32_t> const& named,
              std::vector<search_verdict> const& verdicts, report& out) {
  std::set<std::uint32_t> const once(named.begin(), named.end());
  auto const word = s.request.uid ? "UID" : "message";
  auto const against = [&](std::string_view rule, std::string text) {
    out.add(i, {rule, std::move(text), {}, 0});
    return false;
  };
  if (once.size() != named.size()) return against("repeated", "a message is named twice");
  for (auto const& v : verdicts) {
    if (v.id == 0) continue;
    if (v.must_not_be_found() && once.contains(v.id))
      return against("extra", fmt::format("{} {} does not match", word, v.id));
    if (v.must_be_found() && !once.contains(v.id))
      return against("missing", fmt::format("{} {} matches and is not named", word, v.id));
  }
  return true;
}

void searching::before(item const& i, report const& out) {
  auto& k = known_[i.session];
  if (i.kind == item_kind::command && i.imap) {
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) k = {};
    if (i.command->is("ESEARCH")) k.predicted.clear();  // its SAVE may take the place of another's
    if (auto request = model::read_search_request(i.command->sent)) {
      k.search = {};
      k.search.request = std::move(*request);
      auto& asked = k.search.request;
      if (i.imap->rev2 && asked.kind == model::search_request::what::search && !asked.extended)
        asked.extended = asked.implied = true;
      ask(i, k);
    }
  }
  if (i.kind != item_kind::response || i.response->violation) return;
  auto const& r = *i.response;
  if (r.code == "MESSAGELIMIT" && r.kind == wire::imap::response_kind::untagged) k.search.command = 0;  // in part
  if (r.is("FETCH") && r.number >= 1 && r.number <= i.imap->view.size()) learn(i, k, out);
  if (r.is("EXISTS")) k.search.command = 0;  // "*" means another message now
}

void searching::ask(item const& i, knowledge& k) {
  auto const& view = i.imap->view;
  if (i.imap->in_progress.size() != 1 || i.imap->state != model::imap_state::selected || view.size() > most_searched)
    return;
  for (std::size_t n = 1; n <= view.size(); ++n)
    k.search.candidates.push_back({std::uint32_t(n), view.at(n).uid, view.at(n).serial});
  k.search.command = i.command->serial;
}

void searching::learn(item const& i, knowledge& k, report const& out) {
  auto const slot = i.imap->view.at(i.response->number);
  auto& t = k.messages[slot.serial];
  model::for_each_item(*i.response, [&](auto name, auto data) {
    if (name.names("FLAGS")) {
      t.recent = false;
      for (auto f = data.first(); f; f = f.next()) t.recent = *t.recent || f.names("\\Recent");
    }
    if (name.names("RFC822.SIZE")) t.size = data.number();
    if (name.names("INTERNALDATE")) {
      t.day = day_told(data.text());
      t.arrived = wire::imap::instant_of(data.text());
    }
    if (name.names("SAVEDATE")) {
      t.has_save_date = !data.is_nil();
      t.save_day = data.is_nil() ? std::nullopt : day_told(data.text());
    }
    if (name.names("EMAILID")) t.email = data.first().raw();
    if (name.names("THREADID")) t.thread = data.is_nil() ? std::string_view() : data.first().raw();
  });
  if (!t.arrived || clock_) return;
  auto const* known = mail(i, {model::told_uid(*i.imap, *i.response), slot.serial}, out);
  if (known) learn_clock(*known, *t.arrived);
}

model::known_message const* searching::mail(item const& i, model::slot const& m, report const& out) {
  auto const* known = out.mail().find(*i.imap, m);
  return known && !known->told ? known : nullptr;
}

/// What was appended without a date has that of its arrival (RFC 3501 §6.3.11), by the server's clock.
void searching::learn_clock(model::known_message const& m, std::int64_t arrived) {
  if (!m.undated_from) return;
  constexpr std::int64_t rounding = 2;
  clock_ = {arrived - whole_seconds(*m.undated_to) - rounding, arrived - whole_seconds(*m.undated_from) + rounding};
}

searched const* searching::running(item const& i) {
  auto const& s = known_[i.session].search;
  return s.command != 0 ? &s : nullptr;
}

searched const* searching::answered(item const& i) {
  auto const* s = running(i);
  return s && i.kind == item_kind::response && i.command && i.command->serial == s->command ? s : nullptr;
}

void searching::after(item const& i, report& out) {
  auto& k = known_[i.session];
  if (answered(i)) {
    if (i.response->condition == wire::imap::status::ok) predict(i, k, out);
    k.search = {};
  }
}

void searching::predict(item const& i, knowledge& k, report& out) {
  auto const& request = k.search.request;
  if (!request.returns_option("SAVE")) return;
  k.predicted.clear();
  auto const only = [&](std::string const& option) { return option == "SAVE" || option == "ALL" || option == "COUNT"; };
  if (!std::ranges::all_of(request.returns, only)) return;
  for (auto const& v : verdicts(i, k.search, out))
    k.predicted[v.who.serial] = v.must_be_found()       ? model::truth::yes
                                : v.must_not_be_found() ? model::truth::no
                                                        : model::truth::unknown;
}

model::truth searching::saved(item const& i, std::uint32_t serial) {
  if (auto const& told = i.imap->saved.messages())
    return std::ranges::binary_search(*told, serial) ? model::truth::yes : model::truth::no;
  auto const& predicted = known_[i.session].predicted;
  auto const at = predicted.find(serial);
  return at == predicted.end() ? model::truth::unknown : at->second;
}

std::vector<search_verdict> searching::verdicts(item const& i, searched const& s, report& out) {
  std::vector<search_verdict> all;
  std::uint32_t largest_uid = 0;
  for (auto const& c : s.candidates) largest_uid = std::max(largest_uid, c.uid);
  bool const all_uids = std::ranges::all_of(s.candidates, [](auto const& c) { return c.uid != 0; });
  for (auto const& c : s.candidates) {
    search_verdict v;
    v.who = c;
    v.id = s.request.uid ? c.uid : c.number;
    v.facts.number = c.number;
    v.facts.count = std::uint32_t(s.candidates.size());
    v.facts.largest_uid = largest_uid;
    v.facts.uid = all_uids ? c.uid : 0;
    fill(i, v, out);
    if (i.kind == item_kind::response) v.is_here = v.is_here && model::is_processed(*i.response, c.uid);
    if (s.request.criteria) v.matches = model::evaluate(*s.request.criteria, v.facts);
    all.push_back(std::move(v));
  }
  return all;
}

void searching::fill(item const& i, search_verdict& v, report& out) {
  auto const& k = known_[i.session];
  auto& f = v.facts;
  f.mail = i.imap->compares_otherwise ? nullptr : mail(i, {v.who.uid, v.who.serial}, out);
  std::optional<bool> recent;
  if (auto const told = k.messages.find(v.who.serial); told != k.messages.end()) {
    f.size = told->second.size;
    f.day = told->second.day;
    f.arrived = told->second.arrived;
    f.has_save_date = told->second.has_save_date;
    f.save_day = told->second.save_day;
    f.email = told->second.email;
    f.thread = told->second.thread;
    recent = told->second.recent;
  }
  if (clock_) {
    f.now_first = whole_seconds(i.command ? i.command->begun : i.at) + clock_->least;
    f.now_last = whole_seconds(i.at) + clock_->most;
  }
  f.saved = saved(i, v.who.serial);
  auto const* opened = out.together().open_mailbox_of(i.session);
  auto const* life = opened && opened->box ? opened->box->find(v.who.uid) : nullptr;
  f.has_flag = [&out, &i, recent, opened, life](std::string const& flag) -> std::optional<bool> {
    if (flag == "\\recent") return recent;
    return life ? life->has(flag, opened->polled, out.together().now() + 1, i.session) : std::nullopt;
  };
  v.may_be_gone = out.together().may_be_gone(i.session, v.who.uid);
  v.is_here = i.imap->view.number_of(v.who.serial).has_value() && !out.mail().disturbed(i.session);
  v.to_the_second = f.mail && f.mail->date;
}

}  // namespace mailrig::check
