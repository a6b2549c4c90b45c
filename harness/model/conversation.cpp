// conversation: see conversation.hpp.
#include "model/conversation.hpp"

#include "base/text.hpp"
#include "model/ext/utf8_names.hpp"

namespace mailrig::model {

using history::event_kind;
using wire::imap::command_reader;
using wire::imap::response_kind;

conversation::conversation(history::session_id id, history::protocol proto, base::limits const& limits)
    : id_(id), proto_(proto), imap_(limits), framer_(limits) {
  if (proto == history::protocol::pop3)
    pop3_ = std::make_unique<pop3_half>(pop3_half{{}, wire::pop3::reply_framer(limits)});
}

pop3_session const& conversation::no_pop3() {
  static pop3_session const none;
  return none;
}

item conversation::blank(item_kind kind, base::instant at) const {
  item i;
  i.kind = kind;
  i.session = id_;
  i.at = at;
  (proto_ == history::protocol::imap ? (void)(i.imap = &imap_) : (void)(i.pop3 = &pop3_->session));
  return i;
}

std::string_view conversation::pending() const {
  return proto_ == history::protocol::imap ? framer_.pending() : pop3_->replies.pending();
}

void conversation::take(history::event const& e, item_sink& sink) {
  bool const imap = proto_ == history::protocol::imap;
  switch (e.kind) {
    case event_kind::sent: return imap ? sent_imap(e.octets, e.at, sink) : sent_pop3(e.octets, e.at, sink);
    case event_kind::received: return imap ? received_imap(e.octets, e.at, sink) : received_pop3(e.octets, e.at, sink);
    case event_kind::opened: {
      std::string account(e.octets.substr(0, e.octets.find(' ')));
      (imap ? imap_.account : pop3_->session.account) = account;
      auto i = blank(item_kind::opened, e.at);
      i.octets = e.octets;
      return sink.see(i);
    }
    case event_kind::secured: {
      auto i = blank(item_kind::secured, e.at);
      i.octets = e.octets;
      sink.see(i);
      imap_.secured = true;
      imap_.capabilities_known = false;
      // What was said in the clear behind STARTTLS or STLS is not answered (RFC 2595 §3.1, §4).
      imap_.in_progress.clear();
      imap_.sending = false;
      commands_.reset();
      if (!pop3_) return;
      pop3_->session.secured = true;
      pop3_->session.capabilities_known = false;
      pop3_->session.unanswered.clear();
      return;
    }
    case event_kind::deflated: return sink.see(blank(item_kind::deflated, e.at));
    case event_kind::ended: {
      auto i = blank(item_kind::ended, e.at);
      i.octets = e.octets;
      i.begun = pending();
      return sink.see(i);
    }
  }
}

std::string unfinished(history::protocol proto, std::string_view pending) {
  if (pending.empty()) return {};
  bool const body =
      proto == history::protocol::pop3 && pending.starts_with("+OK") && pending.find('\n') != pending.npos;
  return body ? "+OK came, and the line with a lone dot that ends the answer did not"
              : "an answer began, and its end did not come";
}

// --- what the client sends -------------------------------------------------------------------------------------------

void conversation::read_sent(imap_command& c) const {
  c.sent = wire::imap::read_command(commands_.octets());
  if (imap_.syntax.utf8) names_in_utf7(c.sent);
}

void conversation::begin_command(base::instant at) {
  auto& c = imap_.in_progress.emplace_back();
  read_sent(c);
  c.begun = at;
  c.serial = next_serial_++;
}

/// A line that is no command: DONE, or an answer to a challenge. 0 when the octets are a command.
std::size_t conversation::client_line(std::string_view octets, base::instant at, item_sink& sink) {
  if (imap_.in_progress.empty() || !commands_.empty()) return 0;
  auto& last = imap_.in_progress.back();
  auto const end = octets.find('\n');
  auto const taken = end == octets.npos ? octets.size() : end + 1;
  bool const answers = last.is("AUTHENTICATE") && last.continued;
  if (!answers && (!last.is("IDLE") || last.released)) return 0;
  auto so_far = line_ + std::string(octets.substr(0, taken));
  if (!answers) {
    // DONE may come in pieces, and before the "+" when the client is bold.
    std::string_view const done = "DONE\r\n";
    if (!base::iequals(std::string_view(so_far).substr(0, 6), done.substr(0, so_far.size())) && !last.continued)
      return 0;
    last.released = end != octets.npos;
    last.early = last.released && !last.continued;
  }
  line_ = end == octets.npos ? so_far : "";
  if (end == octets.npos) return taken;
  auto i = blank(item_kind::line, at);
  i.command = &last;
  i.octets = so_far;
  sink.see(i);
  return taken;
}

/// A command may be answered before its client has sent all of it (RFC 3501 §2.2.1, §7.5): what was already on its way
/// belongs to it, and a literal in it is none. No command begins with a space.
std::size_t conversation::rest_of_refused(std::string_view octets) {
  if (!commands_.empty()) return 0;
  bool const rest = refused_midway_ && octets.front() == ' ';
  refused_midway_ = false;
  if (!rest) return 0;
  auto const end = octets.find('\n');
  refused_midway_ = end == octets.npos;
  return end == octets.npos ? octets.size() : end + 1;
}

void conversation::sent_imap(std::string_view octets, base::instant at, item_sink& sink) {
  while (!octets.empty()) {
    auto n = client_line(octets, at, sink);
    if (n == 0) n = rest_of_refused(octets);
    if (n > 0) {
      octets.remove_prefix(n);
      continue;
    }
    bool const fresh = commands_.empty();
    if (commands_.waiting()) {  // the client went ahead without "+"
      commands_.continued();
      if (!imap_.in_progress.empty()) imap_.in_progress.back().ahead = true;
    }
    auto const step = commands_.take(octets);
    octets.remove_prefix(step.consumed);
    imap_.sending = step.kind != command_reader::step::whole;
    if (step.kind == command_reader::step::incomplete) return;
    if (step.kind == command_reader::step::needs_continuation) {
      if (imap_.in_progress.empty() || imap_.in_progress.back().whole) begin_command(at);
      continue;
    }
    if (fresh || imap_.in_progress.empty() || imap_.in_progress.back().whole) {
      begin_command(at);
    } else {
      read_sent(imap_.in_progress.back());
    }
    auto& c = imap_.in_progress.back();
    c.whole = true;
    commands_.reset();
    auto i = blank(item_kind::command, at);
    i.command = &c;
    sink.see(i);
    imap_.asked(c);
  }
}

void conversation::sent_pop3(std::string_view octets, base::instant at, item_sink& sink) {
  auto& pop3 = pop3_->session;
  line_.append(octets);
  for (;;) {
    auto const lf = line_.find('\n');
    if (lf == line_.npos) return;
    auto text = std::string_view(line_).substr(0, lf);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!pop3.unanswered.empty() && pop3.unanswered.back().challenged) {
      pop3.unanswered.back().challenged = false;  // an answer to a SASL challenge, not a command
      auto i = blank(item_kind::line, at);
      i.pop3_command_ = &pop3.unanswered.back();
      i.octets = text;
      sink.see(i);
    } else {
      pop3_command c;
      auto const words = base::words(text);
      if (!words.empty()) c.keyword = base::to_upper(words[0]);
      for (std::size_t w = 1; w < words.size(); ++w) c.arguments.emplace_back(words[w]);
      c.sent = at;
      if (c.is("QUIT")) pop3.quit_sent = true;
      pop3.unanswered.push_back(std::move(c));
      auto i = blank(item_kind::pop3_command, at);
      i.pop3_command_ = &pop3.unanswered.back();
      i.octets = text;
      sink.see(i);
    }
    line_.erase(0, lf + 1);
  }
}

// --- what the server sends -------------------------------------------------------------------------------------------

void conversation::respond(wire::imap::frame const& f, base::instant at, item_sink& sink) {
  // One for all sessions of a thread: it is of use during the call only, and its memory is more than a session's own.
  thread_local wire::imap::response said;
  wire::imap::read(f.octets, said, imap_.syntax);
  auto i = blank(item_kind::response, at);
  i.response = &said;
  i.framing = &f.fault;
  i.octets = f.octets;
  i.stream_offset = f.stream_offset;
  bool const tagged = said.kind == response_kind::tagged;
  i.command = tagged ? imap_.find(said.tag) : nullptr;
  sink.see(i);
  if (said.kind == response_kind::continuation) {
    if (commands_.waiting()) commands_.continued();
    for (auto& c : imap_.in_progress)
      if (!c.whole || c.is("IDLE") || c.is("AUTHENTICATE")) {
        c.continued = true;
        break;
      }
  }
  if (i.command && !i.command->whole) {  // the literal was refused
    refused_midway_ = i.command->continued;
    commands_.reset();
    imap_.sending = false;
  }
  imap_.told(said, i.command);
}

void conversation::received_imap(std::string_view octets, base::instant at, item_sink& sink) {
  framer_.feed(octets, [&](wire::imap::frame const& f) { respond(f, at, sink); });
}

void conversation::received_pop3(std::string_view octets, base::instant at, item_sink& sink) {
  auto& pop3 = pop3_->session;
  auto& replies = pop3_->replies;
  replies.feed(octets);
  wire::pop3::reply r;
  for (;;) {
    bool const greeting = pop3.state == pop3_state::greeting;
    bool const multi = !greeting && !pop3.unanswered.empty() && pop3.unanswered.front().multi();
    if (!replies.next(multi, r)) return;
    auto i = blank(item_kind::reply, at);
    i.reply = &r;
    i.octets = r.octets;
    i.stream_offset = r.stream_offset;
    if (!greeting && !pop3.unanswered.empty()) i.pop3_command_ = &pop3.unanswered.front();
    sink.see(i);
    pop3.told(r);
  }
}

}  // namespace mailrig::model
