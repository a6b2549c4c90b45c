// trace_script: see trace_script.hpp.
#include "record/trace_script.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/judge.hpp"
#include "history/foremost.hpp"
#include "record/structure_mail.hpp"
#include "record/trace_scribe.hpp"
#include "scenario/needs.hpp"
#include "scenario/pattern.hpp"

namespace mailrig::record {
namespace {

using history::protocol;
using scenario::operation;
using scenario::script;

/// A message of those octets, else one of that structure, or of that size, else any.
std::string name_of(lying_message const& m, brought_mail& mail) {
  constexpr std::uint64_t head = 250;  // what is made of a size has a head of its own
  if (m.octets) return mail.name_of(*m.octets);
  auto const fields = m.head ? other_fields(*m.head) : m.fields;
  if (!m.structure.empty() || !fields.empty()) return mail.name_of(message_after(fields, m.structure, m.size));
  return m.size && *m.size >= head ? fmt::format("size-{}", *m.size) : "plain";
}

/// `dates`: they matter.
std::vector<scenario::mail_declaration> declared(std::vector<lying_message> const& lying, brought_mail& mail,
                                                 bool dates) {
  std::vector<scenario::mail_declaration> out;
  for (auto const& m : lying) {
    scenario::mail_declaration d{name_of(m, mail), 1, m.flags.value_or(std::vector<std::string>()),
                                 dates ? m.date : ""};
    if (!out.empty() && out.back().name == d.name && out.back().flags == d.flags && out.back().date == d.date)
      ++out.back().copies;
    else
      out.push_back(std::move(d));
  }
  return out;
}

operation said(std::size_t session, std::string line) {
  operation o;
  o.session = session;
  o.lines.push_back(std::move(line));
  return o;
}

operation answered(std::size_t session) {
  operation o;
  o.what = operation::kind::expect;
  o.session = session;
  o.expectations.push_back(scenario::any_of("OK", protocol::imap));
  return o;
}

/// Mailboxes that were there are made first, by who begins logged in, with as much mail as was seen in them.
void make_mailboxes(script& s, trace_facts const& facts, trace_names& names, brought_mail& mail) {
  if (facts.mailboxes.empty()) return;
  auto const in = [](auto const& d) { return d.proto == protocol::imap && d.state != scenario::start_state::closed; };
  auto maker = std::size_t(std::ranges::find_if(s.sessions, in) - s.sessions.begin());
  if (maker == s.sessions.size())
    s.sessions.push_back({"before", protocol::imap, scenario::start_state::authenticated});
  std::vector<operation> first;
  for (auto const& name : facts.mailboxes) {
    auto const word = names.word_of(name);
    auto const also = [&](std::string line) {
      first.push_back(said(maker, std::move(line)));
      first.push_back(answered(maker));
    };
    also("CREATE " + word);
    for (auto const& m : facts.mail.in(name))
      also(fmt::format("APPEND {}{}{} {{mail {}}}", word,
                       m.flags && !m.flags->empty() ? fmt::format(" ({})", fmt::join(*m.flags, " ")) : "",
                       facts.dates && !m.date.empty() ? fmt::format(" \"{}\"", m.date) : "", name_of(m, mail)));
  }
  s.operations.insert(s.operations.begin(), std::make_move_iterator(first.begin()),
                      std::make_move_iterator(first.end()));
}

/// What holds, as the checker's rule has it.
std::string rule_text(std::string_view rule) {
  auto const dot = rule.find('.');
  auto const* kind = base::registry<check::checker_kind>::find(rule.substr(0, dot));
  if (!kind || dot == rule.npos) return {};
  auto const at = std::ranges::find(kind->rules, rule.substr(dot + 1), &check::rule::name);
  if (at == kind->rules.end()) return {};
  std::string text(at->text);
  if (!text.empty()) text[0] = base::upper(text[0]);
  return text;
}

void learn(kept_trace const& from, trace_facts& facts) {
  check::judge nobody({}, nullptr);
  nobody.observe(&facts);
  for (auto const& e : from.events) nobody.take(event_of(e));
}

void head(retold& r, kept_trace const& from, trace_scribe const& scribe) {
  auto& s = r.script;
  auto const name = from.file.filename().string();
  s.title = fmt::format("What {} shows", name);
  s.id = from.file.stem().string();
  s.file = from.file.string();
  s.proves = {s.uses(protocol::imap) ? "RFC3501-2.2.2-03" : "RFC1939-3-02"};
  auto const target = from.header.find("target");
  r.remarks.push_back(fmt::format("From {}{}: {} commands of {} sessions.", name,
                                  target == from.header.end() ? "" : ", recorded before " + target->second,
                                  scribe.commands(), s.sessions.size()));
  if (r.foremost) {
    auto const& f = *r.foremost;
    if (auto const text = rule_text(f.rule); !text.empty()) s.title = text;
    if (!f.requirement.empty()) s.proves = {f.requirement};
    r.remarks.push_back(fmt::format("There {}: {}", f.rule, base::printable(f.text)));
  }
  for (auto const& n : scribe.notes()) r.remarks.push_back("Left out: " + base::printable(n));
}

}  // namespace

base::result<retold> script_of_trace(kept_trace const& from, scenario::mailroom const& shipped,
                                     history::catalogue const& requirements, expecting what, kept_trace const* longer) {
  trace_facts facts;
  learn(from, facts);
  if (longer) {
    trace_facts more;
    learn(*longer, more);
    facts.mail.learn_from(more.mail);
  }
  check::judge judge(base::registry<check::checker_kind>::all(), &requirements);
  judge.lacks(from.gaps);
  brought_mail mail(shipped);
  trace_scribe scribe(facts, judge, mail, what == expecting::came);
  judge.observe(&scribe);
  for (auto const& e : from.events) {
    judge.take(event_of(e));
    if (e.kind == history::event_kind::sent && e.proto == protocol::imap) scribe.heard(e);
  }
  retold out;
  out.script = scribe.finish();
  auto& s = out.script;
  if (s.operations.empty())
    return base::fault{0, from.file.string(),
                       fmt::format("{}: nobody sends a command after logging in", from.file.string())};
  s.mail = declared(facts.mail.in("INBOX"), mail, facts.dates);
  make_mailboxes(s, facts, scribe.names(), mail);
  s.needs = scenario::needs_of(s);
  s.messages = std::move(mail.own);
  if (auto const* f = history::foremost(judge.findings())) out.foremost = *f;
  head(out, from, scribe);
  return out;
}

}  // namespace mailrig::record
