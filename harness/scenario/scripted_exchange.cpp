// scripted_exchange: see scripted_exchange.hpp.
#include "scenario/scripted_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "net/digest.hpp"
#include "session/token_source.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;

bool wants_answer(std::string_view line) { return line.ends_with("$sasl") || line.ends_with("${sasl}"); }

/// The response goes along with the command.
bool begins(std::string_view line) { return base::to_upper(line).find("AUTH") != std::string::npos; }

/// What the server has not been asked it may well offer: "y" says that it was asked, and does not.
bool offers(stage const& s, player const& p, std::string const& mechanism) {
  auto const* c = s.conversation(p);
  if (!c) return false;
  if (p.proto == protocol::imap) return !c->imap().capabilities_known || c->imap().can("AUTH=" + mechanism);
  if (!c->pop3().capabilities_known) return true;
  return std::ranges::any_of(c->pop3().capabilities, [&](std::string const& line) {
    auto const words = base::words(line);
    return !words.empty() && words[0] == "SASL" && std::ranges::find(words, mechanism) != words.end();
  });
}

}  // namespace

std::string challenge_of(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return std::string(line.substr(std::min<std::size_t>(2, line.size())));
}

base::result<void> scripted_exchanges::begin(player& p, stage const& s, std::string_view argument, values const& v) {
  auto const words = base::words(argument);
  auto const* m = words.empty() ? nullptr : session::find_mechanism(words[0]);
  if (!m) return base::fault{0, "sasl", "'sasl' takes one of " + session::known_mechanisms()};
  exchange e{.name = m->name, .who = p.who, .machine = nullptr};
  session::sasl_oddities odd;
  auto const known = base::words(m->odd);
  for (std::size_t i = 1; i < words.size(); ++i) {
    auto const equals = words[i].find('=');
    auto const name = words[i].substr(0, equals);
    if (equals == words[i].npos) return base::fault{0, "sasl", fmt::format("'{}' is no NAME=VALUE", words[i])};
    auto const value = v.expand(words[i].substr(equals + 1));
    if (!value) return value.error();
    if (name == "user")
      e.who.user = *value;
    else if (name == "password")
      e.who.password = *value, e.who.token.clear(), e.who.tokens = nullptr;
    else if (name == "initial")
      e.at_once = m->client_first;
    else if (std::ranges::find(known, name) == known.end())
      return base::fault{
          0, "sasl",
          fmt::format("{} says '{}' no otherwise; it knows user password initial {}", m->name, name, m->odd)};
    else
      odd.emplace(name, *value);
  }
  if (m->takes_token && e.who.tokens) {
    auto const token = e.who.tokens->token(e.who.user);
    if (!token) return token.error();
    e.who.token = *token;
  }
  auto& kept = under_way_[&p] = std::move(e);
  auto const binding = [&p](std::string_view type) {
    return p.channel ? p.channel->channel_binding(type) : std::string();
  };
  kept.machine = m->begin({.who = kept.who,
                           .binding = binding,
                           .plus_offered = offers(s, p, std::string(m->name) + "-PLUS"),
                           .odd = std::move(odd)});
  return {};
}

std::optional<std::string> scripted_exchanges::answer(player& p, operation const& o, values& v) {
  auto const line = std::ranges::find_if(o.lines, wants_answer);
  auto const at = under_way_.find(&p);
  if (line == o.lines.end() || at == under_way_.end()) return std::nullopt;
  auto& e = at->second;
  auto const challenge = begins(*line) ? std::optional(std::string()) : net::from_base64(p.challenge);
  if (!challenge) return "the challenge is no base64";
  auto const said = e.machine->respond(*challenge);
  if (!said) return std::string(e.machine->why());
  auto text = net::base64(*said);
  // RFC 4959 §3, RFC 5034 §4: an empty response that goes along with the command.
  if (text.empty() && begins(*line)) text = "=";
  v.names["sasl"] = text;
  v.names[fmt::format("said{}", ++e.said)] = std::move(text);
  return std::nullopt;
}

namespace {

/// The first challenge that has come, or the status that ends the exchange; end where neither has.
std::deque<arrival_ptr>::iterator turn_of(player& p, std::string const& tag) {
  using k = arrival::kind;
  return std::ranges::find_if(p.arrivals, [&](auto const& a) {
    return a->what == k::continuation || a->what == k::pop3 || (a->what == k::tagged && a->response.tag == tag);
  });
}

bool is_challenge(arrival const& a) {
  return a.what == arrival::kind::continuation || (a.what == arrival::kind::pop3 && a.line.starts_with("+ "));
}

std::string coded(std::string const& response, bool with_command) {
  auto text = net::base64(response);
  return text.empty() && with_command ? "=" : text;
}

}  // namespace

std::optional<std::string> scripted_exchanges::lead(stage& s, player& p) {
  constexpr int most = 10;  // turns
  auto& e = under_way_[&p];
  auto line = fmt::format("{} {}", p.proto == protocol::imap ? "AUTHENTICATE" : "AUTH", e.name);
  if (e.at_once)
    if (auto const first = e.machine->respond({})) line += " " + coded(*first, true);
  std::string tag;
  if (p.proto == protocol::imap) {
    tag = fmt::format("{}{}", p.name[0], ++p.tags);
    line = tag + " " + line;
    p.unanswered.push_back({tag, "AUTHENTICATE", s.numbering_now(p)});
  }
  std::optional<std::string> wrong;
  for (int turn = 0; turn < most; ++turn) {
    p.channel->send(line + "\r\n");
    s.wait([&] { return turn_of(p, tag) != p.arrivals.end() || !s.is_open(p); }, s.limits().step);
    auto const came = turn_of(p, tag);
    if (came == p.arrivals.end()) return wrong;
    if (!is_challenge(**came)) {
      using wire::imap::status;
      bool const good = p.proto == protocol::imap ? (*came)->response.condition == status::ok
                                                  : base::istarts_with((*came)->line, "+OK");
      if (good && !wrong && !e.machine->proven()) return "the server was content, and did not prove that it is itself";
      return wrong;
    }
    auto const asked = net::from_base64(challenge_of((*came)->line));
    p.arrivals.erase(came);
    auto const said = asked && !wrong ? e.machine->respond(*asked) : std::nullopt;
    if (!said && !wrong) wrong = asked ? std::string(e.machine->why()) : "the challenge is no base64";
    line = said ? coded(*said, false) : "*";
  }
  return wrong ? wrong : "the exchange does not end";
}

}  // namespace mailrig::scenario
