// take: see take.hpp.
#include "stress/cost/take.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mailrig::stress {

using history::protocol;
using scenario::player;
using scenario::start_state;

namespace {

constexpr std::chrono::milliseconds calming{100};
/// What a command costs anyway, and what memory comes and goes by itself.
constexpr double least_time = 2e-4, least_memory = 4e6;

std::string cost_box(arena const& a) { return scenario::prefix_for(a.where, a.offered) + "mailrig-cost"; }

protocol first_protocol(arena const& a) { return a.where.imap ? protocol::imap : protocol::pop3; }

double seconds_of(base::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

attack_scene::attack_scene(arena const& a, growing_input const& i, cost_options const& o)
    : arena_(a),
      input_(i),
      options_(o),
      own_judge_({}, nullptr, a.limits),
      other_judge_({}, nullptr, a.limits),
      own_(loop_, a.where, a.where.accounts[0], own_judge_, own_judge_, a.limits, a.trust, a.allowed),
      other_(loop_, a.where, a.where.accounts[1], other_judge_, other_judge_, a.limits, a.trust, a.allowed),
      box_(cost_box(a)),
      house_(own_, a.where, box_, a.offered.delimiter),
      other_house_(other_, a.where, box_, a.offered.delimiter) {
  own_.add("setup", first_protocol(a));
  other_.add("victim", first_protocol(a));
}

base::result<void> attack_scene::prepare() {
  if (auto const ready = house_.prepare(arena_.where.ours || options_.may_empty, {}); !ready) return ready;
  if (auto const ready = other_house_.prepare(arena_.where.ours || options_.may_empty, {}); !ready) return ready;
  victim_ = std::make_unique<victim>(other_, other_.at(0));
  return {};
}

base::result<void> attack_scene::clean() {
  own_.begin_cleaning();
  return house_.clean();
}

/// The input's mail: in a mailbox of the take's own, so that nothing is in a cache yet; for POP3 in the inbox, which is
/// emptied first.
base::result<void> attack_scene::put_mail(std::uint64_t n, std::string const& box) {
  auto& setup = own_.at(0);
  if (setup.proto != protocol::imap) return {};
  bool const inbox = input_.proto == protocol::pop3;
  bool const mail = !input_.mail.empty() || !input_.message.empty();
  if (inbox && mail) {
    if (auto const in = own_.command(setup, "SELECT INBOX"); !in) return in.error();
    (void)own_.command(setup, "STORE 1:* +FLAGS.SILENT (\\Deleted)");
    if (auto const gone = own_.command(setup, "EXPUNGE"); !gone) return gone.error();
  } else if (!inbox && (mail || input_.state == start_state::selected)) {
    if (auto const made = own_.command(setup, "CREATE " + box); !made) return made.error();
  }
  if (!mail) return {};
  auto m = input_.mail.empty() ? base::result<scenario::message>(scenario::message{
                                     "grown", "X-Mailrig-Made: 1\r\n" + grown(input_.message, n, {}), {}})
                               : arena_.mail.read(grown(input_.mail, n, {}));
  if (!m) return m.error();
  auto const copies = base::number(grown(input_.copies, n, {})).value_or(1);
  return own_.append(setup, inbox ? "INBOX" : box, std::vector<scenario::message>(copies, *m));
}

base::result<void> attack_scene::enter(player& p, start_state state, std::string const& box) {
  auto const goal = state == start_state::greeting ? session::login_goal::greeting : session::login_goal::authenticated;
  auto in = own_.log_in(p, goal);
  // Who has just left may hold the maildrop for a moment.
  for (int attempt = 0; !in && p.proto == protocol::pop3 && attempt < 30 && !is_cut_short(); ++attempt) {
    if (p.channel) p.channel->close();
    own_.wait([] { return false; }, calming);
    in = own_.log_in(p, goal);
  }
  if (!in) return in;
  if (state != start_state::selected) return {};
  if (auto const opened = own_.command(p, "SELECT " + box); !opened) return opened.error();
  return {};
}

attack_scene::texts attack_scene::texts_of(std::uint64_t n, names const& known) const {
  texts out;
  auto const times = input_.repeat ? n : 1;
  out.ask.reserve(times * input_.ask.size());
  for (std::uint64_t k = 1; k <= times; ++k) {
    auto with = known;
    with["i"] = std::to_string(k);
    for (auto const& line : input_.ask) out.ask.push_back(grown(line, n, with));
  }
  auto const& c = input_.others;
  out.crowd = c.size.empty() ? 0 : base::number(grown(c.size, n, known)).value_or(0);
  for (std::size_t line = 0; line < c.says.size(); ++line) {
    // What ends in the middle says so itself.
    bool const half = line + 1 == c.says.size() && c.ends != crowd::end::stays;
    auto& text = out.says.emplace_back(input_.proto == protocol::imap ? fmt::format("C{} ", line) : std::string());
    text += grown(c.says[line], n, known);
    if (!half) text += "\r\n";
  }
  return out;
}

base::result<void> attack_scene::gather(texts const& t, std::string const& box, std::vector<player*>& crowd) {
  auto const& c = input_.others;
  for (std::uint64_t k = 1; k <= t.crowd; ++k) {
    auto& p = own_.add(fmt::format("crowd{}", k), input_.proto);
    crowd.push_back(&p);
    if (auto const in = enter(p, c.state, box); !in) return in;
    if (!c.reads) p.channel->pause();
    for (auto const& text : t.says) p.channel->send(text);
    if (c.ends == crowd::end::half_closes) p.channel->half_close();
    if (c.ends == crowd::end::drops) {
      own_.wait([] { return false; }, std::chrono::milliseconds(1));
      p.channel->close();
    }
  }
  return {};
}

std::string attack_scene::ask(player& p, std::string const& line) {
  std::string said;
  if (p.proto == protocol::imap) {
    auto const done = own_.command(p, line);
    if (done) return "OK";
    said = done.error().text;
  } else {
    auto const done = own_.pop3_command(p, line);
    if (done) return "OK";
    said = done.error().text;
  }
  if (said.starts_with("-ERR")) return "NO";
  for (auto const* word : {"NO", "BAD"})
    if (said.starts_with(word)) return word;
  if (!p.channel || p.channel->cause() != net::end_cause::client_closed) return "closed";
  bool const invited =
      std::ranges::any_of(p.arrivals, [](auto const& a) { return a->what == scenario::arrival::kind::continuation; });
  return invited ? "+" : "silence";
}

base::result<cost_take> attack_scene::measured(player& p, std::uint64_t n, names const& known) {
  auto const said = texts_of(n, known);  // what it costs to write them is not the server's
  auto const memory_before = look(true);
  victim_->begin();
  std::vector<player*> crowd;
  auto began = loop_.now();
  if (auto const come = gather(said, known.at("box"), crowd); !come) {
    (void)victim_->end();
    for (auto* c : crowd) c->channel.reset();
    return come.error();
  }
  auto const& c = input_.others;
  auto before = memory_before;
  if (!c.measured) {
    if (!crowd.empty()) own_.wait([] { return false; }, calming);
    before = look(false), began = loop_.now();
  }
  cost_take out;
  for (std::size_t k = 0; k < said.ask.size(); ++k) {
    bool const again = k > 0 && k % input_.ask.size() == 0;
    if (again && out.answer != "OK" && out.answer != "NO") break;
    out.answer = ask(p, said.ask[k]);
    if (out.answer == "silence" || out.answer == "closed" || out.answer == "+") break;
  }
  out.seconds = seconds_of(loop_.now() - began);
  // What others are told comes after the answer.
  if (!crowd.empty()) {
    own_.wait([] { return false; }, calming);
    if (own_.is_open(p)) (void)ask(p, "NOOP");
  }
  auto const after = look(false);
  out.waited = seconds_of(victim_->end());
  for (auto* one : crowd) one->channel.reset();
  if (before && after) {
    auto const cpu = std::max(0.0, after->cpu - before->cpu);
    // Who waits for nothing at all spends no time, and keeps us waiting all the same.
    if (out.answer != "silence" || cpu > 1) out.seconds = cpu;
  }
  if (memory_before && after) out.octets = double(after->peak) - double(memory_before->memory);
  if (memory_before && input_.kept) {
    if (!crowd.empty()) own_.wait([] { return false; }, calming);
    if (auto const held = look(false)) out.octets = double(held->memory) - double(memory_before->memory);
  }
  out.seconds = std::max(out.seconds, least_time);
  if (out.octets) out.octets = std::max(*out.octets, least_memory);
  if (out.answer == "+") return base::fault{0, "ask", "the server asks for the literal"};
  return out;
}

base::result<cost_take> attack_scene::take(std::uint64_t n, std::size_t round) {
  auto const box = fmt::format("{}-{}-{}", box_, n, round);
  names const known{{"box", box}, {"user", own_.account().user}, {"password", own_.account().password}};
  if (auto const put = put_mail(n, box); !put) return put.error();
  auto& p = own_.add(fmt::format("asker{}", own_.size()), input_.proto);
  if (auto const in = enter(p, input_.state, box); !in) return in.error();
  for (auto const& line : input_.before)
    if (auto const said = ask(p, grown(line, n, known)); said != "OK")
      return base::fault{0, "before", fmt::format("{} is answered by {}", line, said)};

  auto out = measured(p, n, known);
  if (!out) return out;
  if (own_.is_open(p))
    for (auto const& line : input_.after) (void)ask(p, grown(line, n, known));
  p.channel.reset();
  if (own_.is_open(own_.at(0)) && own_.at(0).proto == protocol::imap && input_.proto == protocol::imap)
    (void)own_.command(own_.at(0), "DELETE " + box);
  return out;
}

}  // namespace mailrig::stress
