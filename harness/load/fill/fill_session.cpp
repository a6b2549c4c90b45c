// fill_session: see fill_session.hpp: putting messages in.
#include "load/fill/fill_session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::load {
namespace {

/// How long a command that brings much mail may take.
constexpr base::duration append_patience = std::chrono::seconds(60);

append_offer offer_of(model::imap_session const& s) {
  append_offer out;
  out.many = s.can("MULTIAPPEND");
  out.plus = s.can("LITERAL+");
  // RFC 9051 §7.2.2: IMAP4rev2 has it without saying so.
  out.minus = s.can("LITERAL-") || s.can("IMAP4REV2");
  for (auto const* name : {"SAVELIMIT", "MESSAGELIMIT"})
    if (auto const n = s.announced(name); n && *n > 0)
      out.at_once = out.at_once == 0 ? *n : std::min<std::size_t>(out.at_once, *n);
  return out;
}

bool is_status(std::string_view text) {
  return text == "NO" || text == "BAD" || text.starts_with("NO ") || text.starts_with("BAD ");
}

/// A message is never smaller than its header, nor exactly as large as it should be: it ends with a whole line.
std::uint64_t at_most(letter_plan const& plan, fill_place const& at) {
  return std::max<std::uint64_t>(plan.octets, 1400) + 200 + 2 * at.user.size();
}

}  // namespace

std::vector<fill_place> places_of(fill_data const& data, std::uint64_t seed, std::string const& user,
                                  std::string_view prefix, std::string_view delimiter) {
  std::vector<fill_place> out;
  for (auto const& b : data.boxes()) {
    fill_place one{user, b.name, b.name, box_seed(seed, user, b.name), b.messages};
    if (!one.is_inbox()) {
      one.name = fmt::format("{}mailrig-", prefix);
      for (char const c : b.name)
        one.name += c == '/' ? std::string(delimiter.empty() ? "-" : delimiter) : std::string{c};
    }
    out.push_back(std::move(one));
  }
  return out;
}

fill_session::fill_session(scenario::stage& st, scenario::player& p, fill_data const& data, message_writer& writer,
                           std::atomic<bool> const& ends, std::function<void(put_mail const&)> tell)
    : stage_(st), player_(p), data_(data), writer_(writer), ends_(ends), tell_(std::move(tell)) {}

base::result<void> fill_session::log_in() {
  if (!stage_.is_open(player_))
    if (auto const in = stage_.log_in(player_, session::login_goal::authenticated); !in) return in.error();
  auto const* c = imap() ? stage_.conversation(player_) : nullptr;
  if (!c || machine_) return {};
  if (!c->imap().capabilities_known) (void)stage_.command(player_, "CAPABILITY");
  c = stage_.conversation(player_);
  if (!c) return base::fault{0, "fill", "the connection is closed"};
  machine_.emplace(within(offer_of(c->imap()), allowed_));
  constexpr std::uint64_t room = 1000;
  if (auto const most = c->imap().announced("APPENDLIMIT"); most && *most > room) largest_ = *most - room;
  return {};
}

void fill_session::log_out() {
  if (!stage_.is_open(player_)) return;
  if (imap())
    (void)stage_.command(player_, "LOGOUT");
  else
    (void)stage_.pop3_command(player_, "QUIT");
  player_.channel->close();
}

std::string fill_session::way() const {
  bool const append = imap() && machine_ && stage_.server().how == scenario::delivery::append;
  if (append) return machine_->way();
  return stage_.server().how == scenario::delivery::lmtp ? "LMTP, one after the other" : "the target's command";
}

bool fill_session::by_delivery(fill_place const& at) const {
  return at.is_inbox() && stage_.server().how != scenario::delivery::append;
}

message_writer::letter fill_session::letter_of(fill_place const& at, letter_plan const& plan,
                                               std::uint32_t number) const {
  constexpr std::int64_t otherwise = 1'767'607'200;  // 5 January 2026
  message_writer::letter out;
  out.seed = plan.seed;
  out.octets = std::min(plan.octets, largest_);
  out.attachment = plan.attachment;
  out.id = fill_id(at.key, number);
  out.subject = fmt::format("Letter {} in {}", number + 1, at.box);
  out.date = header_date(plan.date.value_or(otherwise));
  out.headers = fill_mark(at.key, number);
  return out;
}

scenario::stage::question fill_session::ask(fill_place const& at, append_batch const& b) {
  std::vector<std::string> pieces{fmt::format("APPEND \"{}\"", at.name)};
  put_mail sum;
  std::string text;
  for (auto const number : b.numbers) {
    auto const plan = plan_letter(data_, at.key, number, at.messages);
    writer_.write(at.user, letter_of(at, plan, number), text);
    auto& before = pieces.back();
    if (!plan.flags.empty()) {
      before += " (";
      for (auto const& f : plan.flags) before += (&f == plan.flags.data() ? "" : " ") + f;
      before += ")";
    }
    if (plan.date) before += fmt::format(" \"{}\"", internal_date(*plan.date));
    before += fmt::format(" {{{}{}}}\r\n", text.size(), b.waits ? "" : "+");
    pieces.push_back(text);
    ++sum.messages;
    sum.octets += text.size();
  }
  pieces.back() += "\r\n";
  asked_.push_back(sum);
  auto q = stage_.ask_in_pieces(player_, pieces, !b.waits);
  q.until += append_patience;
  return q;
}

base::result<void> fill_session::put(fill_place const& at, std::vector<std::uint32_t> const& numbers) {
  if (numbers.empty()) return {};
  if (by_delivery(at)) return put_by_delivery(at, numbers);
  if (!imap())
    return base::fault{0, "fill",
                       fmt::format("{} takes mail by IMAP, or by [delivery] with lmtp or a command in the target file",
                                   stage_.server().name)};
  if (auto const in = log_in(); !in) return in.error();
  return put_by_append(at, numbers);
}

base::result<void> fill_session::put_by_append(fill_place const& at, std::vector<std::uint32_t> const& numbers) {
  auto& m = *machine_;
  auto const size_of = [&](std::uint32_t n) { return at_most(plan_letter(data_, at.key, n, at.messages), at); };
  m.begin(numbers, size_of);
  std::deque<scenario::stage::question> questions;
  bool creates = false;
  for (;;) {
    if (ends_) m.leave_rest();
    while (!creates) {
      auto const b = m.next();
      if (!b) break;
      questions.push_back(ask(at, *b));
    }
    if (questions.empty() && creates) {
      if (auto const made = create(at); !made) return made.error();
      m.created();
      creates = false;
      continue;
    }
    if (questions.empty()) break;
    auto const answer = stage_.answer_to(player_, questions.front());
    questions.pop_front();
    auto turn = append_turn::reconnect;
    bool const said = answer || is_status(answer.error().text);
    if (said) {
      turn = m.answered(answer ? "OK" : answer.error().text);
      if (answer && tell_) tell_(asked_.front());
      asked_.pop_front();
    }
    creates = creates || turn == append_turn::create;
    if (turn != append_turn::reconnect) continue;
    questions.clear();
    asked_.clear();
    auto const under_way = m.under_way();
    bool const again = m.lost();
    player_.channel->close();
    if (ends_) return unknown_ += under_way, base::result<void>();
    if (!again) return base::fault{0, "fill", fmt::format("{}, again and again", answer.error().text)};
    if (auto const back = come_again(at, numbers); !back) return back.error();
  }
  if (!m.trouble().empty()) return base::fault{0, "fill", fmt::format("{}: {}", at.name, m.trouble())};
  return {};
}

/// What was under way is there or not: only a look can tell.
base::result<void> fill_session::come_again(fill_place const& at, std::vector<std::uint32_t> const& numbers) {
  if (auto const in = log_in(); !in) return in.error();
  auto const found = look(at, true);
  if (!found) return found.error();
  auto const missing = found->marks.missing();
  std::vector<std::uint32_t> left;
  for (auto const n : numbers)
    if (std::ranges::binary_search(missing, n)) left.push_back(n);
  machine_->begin(left,
                  [this, at](std::uint32_t n) { return at_most(plan_letter(data_, at.key, n, at.messages), at); });
  return {};
}

base::result<void> fill_session::put_by_delivery(fill_place const& at, std::vector<std::uint32_t> const& numbers) {
  if (!imap()) log_out();  // the maildrop is for the delivery
  for (auto const number : numbers) {
    if (ends_) return {};
    scenario::message m{"letter", {}, {}};
    writer_.write(at.user, letter_of(at, plan_letter(data_, at.key, number, at.messages), number), m.octets);
    if (!deliveries_) deliveries_ = std::make_unique<scenario::deliveries>(stage_.loop(), stage_.server());
    if (auto const done = deliveries_->deliver(at.user, m); !done) {
      deliveries_.reset();
      ++unknown_;
      return done.error();
    }
    if (tell_) tell_({1, m.octets.size()});
  }
  return {};
}

base::result<void> fill_session::create(fill_place const& at) {
  auto const made = stage_.command(player_, fmt::format("CREATE \"{}\"", at.name));
  // Another connection may have been first.
  if (made || count(at)) return {};
  return base::fault{0, "fill", fmt::format("CREATE {}: {}", at.name, made.error().text)};
}

}  // namespace mailrig::load
