// explorer: see explorer.hpp.
#include "scenario/explore/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "scenario/refusal.hpp"

namespace mailrig::scenario {

using history::protocol;

namespace {

/// In whatever case: +ok is a status, if a malformed one.
bool has_status(std::string_view line) {
  auto const word = line.substr(0, line.find(' '));
  return base::iequals(word, "+OK") || base::iequals(word, "-ERR") || word == "+";
}

bool allows(std::string_view permitted, std::string_view status) {
  auto const each = base::split(permitted, '|');
  return std::ranges::any_of(each, [&](auto one) { return base::trim(one) == status; });
}

}  // namespace

explorer::explorer(expedition e, player& who, start_state begin, std::vector<player*> others)
    : random(e.random),
      where_(e.where),
      known_(e.known),
      deadline_(e.deadline),
      find_(std::move(e.find)),
      who_(who),
      begin_(begin) {
  for (auto* p : others)
    if (p != &who && p->proto == protocol::imap && !witness_) witness_ = p;
}

// --- rows ------------------------------------------------------------------------------------------------------------

std::vector<factor> explorer::offered(exploration_kind const& kind) {
  auto out = kind.factors;
  for (auto& f : out) std::erase_if(f.levels, [&](level const& l) { return !l.needs.empty() && !can(l.needs); });
  std::erase_if(out, [](factor const& f) { return f.levels.empty(); });
  return out;
}

history::exploration_result explorer::run(exploration_kind const& kind, std::size_t more) {
  history::exploration_result out;
  out.kind = kind.name;
  kind_ = &kind;
  found_.clear();
  suspects_.clear();
  refusals_of_kind_ = {};
  if (!home() || (!kind.needs.empty() && !can(kind.needs))) return out;
  auto const factors = offered(kind);
  // A factor that is not offered at all takes its kind along: what would be sent says nothing without it.
  if (factors.size() != kind.factors.size()) return out;
  std::vector<std::size_t> sizes;
  for (auto const& f : factors) sizes.push_back(f.levels.size());
  auto rows = covering_rows(sizes, random);
  for (; more > 0; --more) {
    covering_row row;
    for (auto const n : sizes) row.push_back(random.below(n));
    rows.push_back(std::move(row));
  }
  pair_tally met(sizes);
  out.pairs = met.total();
  auto const planned = rows.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const row = rows[i];
    if (where_.working_time() > deadline_ || silences_ > 2 || !where_.cut_short().empty() || !home()) break;
    if (!kind.needs.empty()) exercised_.emplace(kind.needs);
    for (std::size_t f = 0; f < row.size(); ++f)
      if (auto const needs = factors[f].levels[row[f]].needs; !needs.empty()) exercised_.emplace(needs);
    // A session that was lost before all of the row had left: once more.
    if (!play(choice(factors, row), met, out) && i < planned) rows.push_back(row);
  }
  judge_refusals();
  for (auto& f : found_) find_(std::move(f.what), *f.whose, f.requirement);
  found_.clear();
  out.sent = met.met();
  for (auto const& m : met.missing(20))
    out.missing.push_back(fmt::format("{}={} {}={}", factors[m.factor_a].name,
                                      factors[m.factor_a].levels[m.level_a].name, factors[m.factor_b].name,
                                      factors[m.factor_b].levels[m.level_b].name));
  return out;
}

bool explorer::play(choice const& c, pair_tally& met, history::exploration_result& out) {
  row_ = c.text();
  grounds_ = c.grounds();
  unsent_ = row_is_over_ = false;
  kind_->play(*this, c);
  row_is_over_ = false;
  ++out.rows;
  if (!unsent_) met.meet(c.row());
  return !unsent_;
}

// --- asking ----------------------------------------------------------------------------------------------------------

answer explorer::await(player& p, std::string const& tag) {
  answer out;
  bool strays = false;  // a line without a status will do
  auto here = [&] {
    return std::ranges::find_if(p.arrivals, [&](auto const& a) {
      return (a->what == arrival::kind::tagged && a->response.tag == tag) ||
             (a->what == arrival::kind::pop3 && (strays || has_status(a->line))) ||
             (a->what == arrival::kind::continuation);
    });
  };
  auto const came = [&] { return here() != p.arrivals.end() || !where_.is_open(p); };
  auto const said = [&] {
    return came() || std::ranges::any_of(p.arrivals, [](auto const& a) { return a->what == arrival::kind::pop3; });
  };
  if (where_.wait(said, where_.limits().step) && !came()) {
    // RFC 1939 §3: a response begins with a status. What does not is none, where one comes behind it.
    where_.wait(came, std::chrono::milliseconds(200));
    strays = here() == p.arrivals.end();
  }
  auto const end = here();
  if (end == p.arrivals.end()) {
    out.status = where_.is_open(p) ? "silence" : "closed";
    out.begun = where_.unfinished(p);
    if (where_.is_open(p)) ++silences_, where_.give_up(p);
    out.line = out.status == "closed" ? net::name_of(p.channel->cause()) : "";
    p.arrivals.clear();
    return out;
  }
  out.line = (*end)->line;
  auto const words = base::words(out.line);
  auto const at_word = (*end)->what == arrival::kind::tagged ? 1u : 0u;
  out.status = at_word < words.size() ? base::to_upper(words[at_word]) : "an empty line";
  for (auto at = p.arrivals.begin(); at != std::next(end); ++at) out.data.push_back(std::move(*at));
  p.arrivals.erase(p.arrivals.begin(), std::next(end));
  return out;
}

namespace {

/// The octets up to and with the next "{5}\r\n", after which the server must speak; `at` passes over literals.
std::size_t next_pause(std::string_view text, std::size_t& at) {
  for (;;) {
    auto const end = text.find("\r\n", at);
    if (end == text.npos) return text.size();
    auto const line = text.substr(at, end - at);
    auto const open = line.ends_with('}') ? line.rfind('{') : line.npos;
    at = end + 2;
    if (open == line.npos) continue;
    auto digits = line.substr(open + 1, line.size() - open - 2);
    bool const waits = !digits.ends_with('+');
    if (!waits) digits.remove_suffix(1);
    auto const size = base::number(digits);
    if (!size) continue;
    auto const pause = at;
    at += std::size_t(std::min<std::uint64_t>(*size, text.size() - at));
    if (waits) return pause;
  }
}

}  // namespace

answer explorer::exchange(player& p, std::string const& text) {
  if (!where_.is_open(p)) {
    unsent_ = unsent_ || &p == &who_;
    return {"closed", p.channel ? std::string(net::name_of(p.channel->cause())) : "", {}};
  }
  p.arrivals.clear();
  p.numbering = where_.numbering_now(p);
  if (p.proto == protocol::pop3) {
    p.channel->send(text + "\r\n");
    return await(p, {});
  }
  auto const tag = tag_ = fmt::format("X{}", ++p.tags);
  auto const whole = fmt::format("{} {}\r\n", tag, text);
  std::vector<arrival_ptr> before;
  for (std::size_t sent = 0, at = 0;;) {
    auto const pause = next_pause(whole, at);
    p.channel->send(std::string_view(whole).substr(sent, pause - sent));
    sent = pause;
    auto a = await(p, tag);
    for (auto& d : a.data) before.push_back(std::move(d));
    a.data = std::move(before);
    if (a.status != "+" || sent == whole.size()) return a;
    before = std::move(a.data);
  }
}

/// A NO may be of the moment, or because the witness has the mailbox open (RFC 2180 §3, §4.1.4), perhaps read-only.
answer explorer::insist(player& p, std::string const& text, std::string_view permitted) {
  auto a = exchange(p, text);
  for (int again = 0; again < 2 && a.status == "NO" && p.proto == protocol::imap && !allows(permitted, "NO"); ++again) {
    // What the witness asks for of its own mailbox needs it open; mail it can bring to a closed one.
    bool const may_leave = witness_ && where_.is_open(*witness_) && (&p != witness_ || text.starts_with("APPEND "));
    auto const* c = may_leave ? where_.conversation(*witness_) : nullptr;
    if (c && c->imap().state == model::imap_state::selected) (void)exchange(*witness_, "CLOSE");
    a = exchange(p, text);
  }
  return a;
}

answer explorer::ask(std::string const& text, std::string_view permitted, std::string_view requirement) {
  if (row_is_over_) return {};
  std::string or_bad;
  if (who_.proto == protocol::imap && imap().condstore.nomodseq &&
      model::read_condstore(wire::imap::read_command("x " + text + "\r\n")).needs_modseqs())
    permitted = or_bad = fmt::format("{} | BAD", permitted);
  auto a = insist(who_, text, permitted);
  auto const words = base::words(std::string_view(text).substr(0, 200));
  std::string name = words.empty() ? "" : base::to_lower(words[0]);
  if (name == "uid" && words.size() > 1) name = base::to_lower(words[1]);
  tally(name, a, permitted);
  hold(who_, a, name, permitted, requirement);
  return a;
}

void explorer::tally(std::string const& name, answer const& a, std::string_view permitted) {
  if (who_.proto == protocol::imap && !allows(permitted, "NO") && (a.ok() || a.status == "NO"))
    refusals_of_kind_.heard(name, grounds_, a.ok());
}

bool explorer::make(std::string const& mailbox) {
  auto const name = string("quoted", mailbox);
  auto const create = [&] { return ask("CREATE " + name, "OK | NO", "RFC3501-6.3.3-01"); };
  auto made = create();
  // NO says that it is there already, if it is; any other may be of the moment.
  for (int again = 0; again < 2 && made.status == "NO" && !made_.contains(mailbox); ++again) {
    for (auto const& a : ask("LIST \"\" " + name, "OK | NO", "RFC3501-6.3.8-02").data)
      if (a->response.is("LIST") && base::iequals(a->response.args().next().next().text(), mailbox))
        made_.insert(mailbox);
    if (!made_.contains(mailbox)) made = create();
  }
  if (made.ok()) made_.insert(mailbox);
  row_is_over_ = row_is_over_ || !made_.contains(mailbox);
  return made.ok();
}

answer explorer::watch(std::string const& text, std::string_view permitted) {
  if (!witness_) return {"closed", {}, {}};
  if (row_is_over_) return {};
  if (!where_.is_open(*witness_) && !where_.log_in(*witness_, session::login_goal::authenticated))
    return {"closed", {}, {}};
  auto a = insist(*witness_, text, permitted);
  auto const name = base::to_lower(base::words(text)[0]);
  tally(name, a, permitted);
  hold(*witness_, a, name, permitted, {});
  return a;
}

answer explorer::provoke(std::string const& text, std::string_view form, std::string_view command,
                         std::string_view permitted) {
  if (row_is_over_) return {};
  auto a = insist(who_, text, permitted);
  // A POP3 server may count mistakes and end a session that made too many: over a new one this is the first.
  if (who_.proto == protocol::pop3 && a.status == "closed" && refusals_ > 0 && home()) a = exchange(who_, text);
  if (a.status == "-ERR") ++refusals_;
  hold(who_, a, std::string(form), permitted, {}, command);
  // Whoever has had enough of a client may close after its answer; POP3 has no word for it.
  if (who_.proto == protocol::pop3 && a.status == "-ERR" && text.size() > 1000)
    where_.wait([&] { return !is_open(); }, std::chrono::milliseconds(30));
  return a;
}

void explorer::send(std::string const& octets) {
  if (is_open())
    who_.channel->send(octets);
  else
    unsent_ = true;
}

void explorer::drop() {
  if (is_open()) who_.channel->close();
}

answer explorer::follow(std::string const& line, std::string const& name, std::string_view permitted,
                        std::string_view requirement) {
  send(line + "\r\n");
  auto a = await(who_, tag_);
  hold(who_, a, name, permitted, requirement);
  return a;
}

void explorer::still_answers() {
  if (!is_open()) return;
  auto const a = exchange(who_, "NOOP");
  auto const permitted = who_.proto == protocol::imap ? "OK" : begin_ == start_state::greeting ? "-ERR | +OK" : "+OK";
  hold(who_, a, "noop-after", permitted, who_.proto == protocol::imap ? "RFC3501-2.2.2-03" : "RFC1939-5-01");
}

void explorer::hold(player& p, answer const& a, std::string const& name, std::string_view permitted,
                    std::string_view requirement, std::string_view command) {
  if (p.proto == protocol::pop3 && a.data.size() > 1 && !has_status(a.data.front()->line))
    report(p, name,
           fmt::format("{}{}a line came before the answer that has no status: {}", command, command.empty() ? "" : ": ",
                       base::beginning_of(a.data.front()->line, 80)),
           "RFC1939-5-01", a.line, permitted);
  if (allows(permitted, a.status)) return;
  auto const* here = where_.conversation(p);
  bool const needs_writing = name == "store" || name == "expunge" || name == "move";
  if (a.status == "NO" && (has_excuse(a.line) || (needs_writing && here && here->imap().read_only))) {
    row_is_over_ = true;
    return;
  }
  bool const imap_speaks = p.proto == protocol::imap;
  auto const subject = command.empty() ? std::string() : fmt::format("{}: ", command);
  if (a.status == "closed") {
    // Whoever has said BYE may close, whatever was asked; after what was malformed a reset may have taken the BYE with
    // it. POP3 has no word for it: there a close says nothing after a refusal, or after a line that is too long.
    // Whoever was given up, for its silence, has been told of.
    if (a.line.empty() || a.line == net::name_of(net::end_cause::client_closed)) return;
    bool const reset = a.line == net::name_of(net::end_cause::reset_by_peer);
    bool const odd = !command.empty() || name == "noop-after";
    if (imap_speaks && ((here && here->imap().bye) || (reset && odd))) return;
    if (!imap_speaks && (name == "noop-after" || name == "octets" || name == "nul")) return;
    report(p, name + ".closed", fmt::format("{}the connection ended instead of an answer ({})", subject, a.line),
           imap_speaks       ? "RFC3501-3.4-03"
           : command.empty() ? "RFC1939-5-01"
                             : "RFC1939-3-14",
           a.line, permitted);
  } else if (a.status == "silence") {
    report(p, name + ".silence", subject + (a.begun.empty() ? "no answer came" : a.begun),
           imap_speaks ? "RFC3501-2.2.2-03" : "RFC1939-5-01", a.line, permitted);
  } else {
    auto text = fmt::format("{}answered by {} where {} may come", subject, a.status, permitted);
    if (a.status == "NO" && imap_speaks)
      suspects_.push_back(
          {&p, name, std::move(text), a.line, row_, std::string(requirement), std::string(permitted), grounds_});
    else
      report(p, name, std::move(text), requirement, a.line, permitted);
  }
}

/// Of each NO it is known by now whether it was for good.
void explorer::judge_refusals() {
  for (auto& s : suspects_) {
    if (refusals_of_kind_.are_for_good(s.name, s.grounds)) continue;
    row_ = std::move(s.row);
    report(*s.whose, s.name, std::move(s.text), s.requirement, s.line, s.permitted);
  }
  suspects_.clear();
}

void explorer::report(player const& p, std::string rule, std::string text, std::string_view requirement,
                      std::string const& line, std::string_view permitted) {
  auto name = fmt::format("explore.{}.{}", kind_->name, rule);
  for (auto& known : found_)
    if (known.what.rule == name) {
      ++known.what.times;
      return;
    }
  history::finding f;
  f.rule = std::move(name);
  f.text = row_.empty() ? std::move(text) : fmt::format("{} ({})", text, row_);
  f.show(line, 0);
  for (auto one : base::split(permitted, '|')) f.expected.emplace_back(base::trim(one));
  found_.push_back({std::move(f), &p, std::string(requirement.empty() ? kind_->requirement : requirement)});
}

}  // namespace mailrig::scenario
