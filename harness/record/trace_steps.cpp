// trace_steps: see trace_steps.hpp.
#include "record/trace_steps.hpp"

#include <map>

#include "base/text.hpp"
#include "check/judge.hpp"
#include "record/imap_tokens.hpp"

namespace mailrig::record {
namespace {

using history::event_kind;
using history::protocol;
using model::item_kind;
using wire::imap::response_kind;

/// "STORE" of a command, with its tag or, in POP3, without.
std::string verb_of(std::string_view unit) {
  auto const words = base::words(unit.substr(0, unit.find_first_of("\r\n")));
  if (words.empty()) return {};
  auto const first = base::to_upper(words[0]);
  if (first == "DELE" || first == "RSET" || first == "QUIT" || words.size() < 2) return first;
  bool const uid = base::iequals(words[1], "UID") && words.size() > 2;
  return base::to_upper(words[uid ? 2 : 1]);
}

bool changes(std::string_view unit) {
  auto const verb = verb_of(unit);
  for (auto const* one : {"STORE", "COPY", "MOVE", "APPEND", "REPLACE", "EXPUNGE", "CLOSE", "CREATE", "DELETE",
                          "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "DELE", "RSET", "QUIT"})
    if (verb == one) return true;
  return false;
}

bool reads(std::string_view unit) {
  auto const text = base::to_upper(unit.substr(0, unit.find_first_of("\r\n")));
  return verb_of(unit) == "FETCH" &&
         (text.find("BODY") != text.npos || text.find("RFC822") != text.npos || text.find("BINARY") != text.npos);
}

class dissection final : public model::item_sink {
 public:
  explicit dissection(kept_trace const& from) : from_(from), models_({}, nullptr) {
    out_.trace.file = from.file;
    out_.trace.header = from.header;
    out_.trace.gaps = from.gaps;
    models_.observe(this);
  }

  stepped_trace run() {
    for (auto const& e : from_.events) {
      now_ = &e;
      if (e.kind == event_kind::opened) open(e);
      if (e.kind == event_kind::sent) sent(e);
      bool const spoken = e.kind == event_kind::sent || e.kind == event_kind::received;
      if (!spoken && e.kind != event_kind::opened) {
        auto const own = e.kind == event_kind::ended ? step(trace_step::kind::other) : lane().beginning;
        put(own, e.kind, e.octets);
      }
      models_.take(event_of(e));
    }
    return std::move(out_);
  }

 private:
  struct lane_of_session {
    std::size_t connection = 0, beginning = 0;
    bool in = false;                           ///< the login is over
    std::string heard;                         ///< of a command that is not whole yet
    std::map<std::string, std::size_t> steps;  ///< by tag
    std::size_t last = 0;                      ///< step of what was said last
    std::vector<std::size_t> asked;            ///< POP3: steps that are not answered
  };
  lane_of_session& lane() { return lanes_[now_->session]; }

  std::size_t step(trace_step::kind what) {
    auto& one = out_.steps.emplace_back();
    one.what = what;
    one.connection = lane().connection;
    return out_.steps.size() - 1;
  }

  void put(std::size_t to, event_kind kind, std::string_view octets) {
    out_.steps[to].events.push_back(out_.trace.events.size());
    out_.trace.events.push_back({now_->at, now_->session, kind, now_->proto, std::string(octets)});
  }

  void open(kept_event const& e) {
    auto& l = lanes_[e.session] = {};
    l.connection = connections_++;
    l.beginning = l.last = step(trace_step::kind::beginning);
    put(l.beginning, e.kind, e.octets);
  }

  void sent(kept_event const& e) {
    auto& l = lane();
    l.heard += e.octets;
    bool const imap = e.proto == protocol::imap;
    for (;;) {
      auto const line = l.heard.find('\n');
      auto const size = imap ? imap_unit_size(l.heard) : line == l.heard.npos ? 0 : line + 1;
      if (size == 0) return;
      say(l.heard.substr(0, size));
      l.heard.erase(0, size);
    }
  }

  void say(std::string const& unit) {
    auto& l = lane();
    auto const* c = models_.find(now_->session);
    bool const released =
        now_->proto == protocol::imap && c && c->imap().running("IDLE") &&
        base::iequals(base::trim(std::string_view(unit).substr(0, unit.find_first_of("\r\n"))), "DONE");
    if (l.in && !released) {
      l.last = step(trace_step::kind::command);
      out_.steps[l.last].changes = changes(unit);
      out_.steps[l.last].reads = reads(unit);
    }
    if (now_->proto == protocol::imap && !released) l.steps[unit.substr(0, unit.find(' '))] = l.last;
    if (now_->proto == protocol::pop3) l.asked.push_back(l.last);
    put(l.last, event_kind::sent, unit);
  }

  void see(model::item const& i) override {
    if (i.kind == item_kind::response) response(i);
    if (i.kind == item_kind::reply) reply(i);
  }

  void response(model::item const& i) {
    auto& l = lane();
    auto const& r = *i.response;
    if (r.kind == response_kind::continuation && !l.heard.empty()) return;
    auto to = l.last;
    if (r.kind == response_kind::tagged) {
      auto const at = l.steps.find(std::string(r.tag));
      // Refused before all of it was sent.
      if (at == l.steps.end() && !l.heard.empty()) say(std::exchange(l.heard, {}));
      to = at == l.steps.end() ? l.last : at->second;
    } else if (auto const* oldest = i.imap->oldest()) {
      auto const at = l.steps.find(oldest->sent.tag);
      if (at != l.steps.end()) to = at->second;
    } else if (l.in) {
      to = step(trace_step::kind::other);
    }
    put(to, event_kind::received, i.octets);
    bool const logs_in = i.command && (i.command->is("LOGIN") || i.command->is("AUTHENTICATE"));
    if (r.kind == response_kind::tagged && logs_in && r.condition == wire::imap::status::ok) l.in = true;
    if (r.condition == wire::imap::status::preauth) l.in = true;
  }

  void reply(model::item const& i) {
    auto& l = lane();
    auto const to = l.asked.empty() ? l.last : l.asked.front();
    if (!l.asked.empty() && i.reply->status != wire::pop3::indicator::challenge) l.asked.erase(l.asked.begin());
    put(to, event_kind::received, i.reply->octets);
    auto const* c = i.pop3_command_;
    if (c && (c->is("PASS") || c->is("APOP") || c->is("AUTH")) && i.reply->status == wire::pop3::indicator::ok)
      l.in = true;
  }

  kept_trace const& from_;
  stepped_trace out_;
  check::judge models_;
  kept_event const* now_ = nullptr;
  std::map<history::session_id, lane_of_session> lanes_;
  std::size_t connections_ = 0;
};

}  // namespace

stepped_trace steps_of(kept_trace const& from) { return dissection(from).run(); }

std::vector<bool> events_of(stepped_trace const& all, std::vector<bool> const& kept) {
  std::vector<bool> there(all.trace.events.size(), false);
  for (std::size_t s = 0; s < all.steps.size(); ++s)
    if (kept[s])
      for (auto const e : all.steps[s].events) there[e] = true;
  return there;
}

kept_trace without_steps(stepped_trace const& all, std::vector<bool> const& kept) {
  auto const there = events_of(all, kept);
  kept_trace out{all.trace.file, all.trace.header, {}, all.trace.gaps};
  for (std::size_t e = 0; e < there.size(); ++e)
    if (there[e]) out.events.push_back(all.trace.events[e]);
  return out;
}

}  // namespace mailrig::record
