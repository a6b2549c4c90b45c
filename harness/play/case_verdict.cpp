// case_verdict: see case_verdict.hpp.
#include "play/case_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "play/mail_difference.hpp"

namespace mailrig::play {
namespace {

using difference = mail_difference::kind;

class verdicts {
 public:
  verdicts(client_case const& c, client_file const& client, case_outcome const& o, case_trace const& t)
      : case_(c), client_(client), o_(o), t_(t), place_(client.mail) {
    // Every line of a POP3 answer ends with CRLF, a message's last one too.
    if (c.proto == history::protocol::pop3) place_.keeps_end = false;
  }

  std::vector<history::finding> all() {
    // What is less than a MUST, `mailrig judge --side client` tells. Who repeats what a server says wrongly is not
    // blamed for it; of secrets there is no excuse.
    bool const misled = case_.owes == duty::survive && (!case_.defect.empty() || !case_.parts.empty());
    std::ranges::copy_if(t_.findings, std::back_inserter(out_), [&](auto const& f) {
      return f.outcome == history::verdict::fail && (!misled || f.rule.starts_with("client-secrets."));
    });
    if (o_.script) std::ranges::copy(o_.script->findings, std::back_inserter(out_));
    ended();
    if (o_.end.killed() || o_.end.signal) return std::move(out_);
    clear_text();
    if (case_.owes == duty::refuse) {
      refused();
    } else {
      lost();
      if (case_.owes != duty::survive) has_all();
    }
    return std::move(out_);
  }

 private:
  history::finding& add(std::string rule, std::string text) {
    auto const known = std::ranges::find(out_, rule, &history::finding::rule);
    if (known != out_.end()) return ++known->times, *known;
    history::finding f;
    f.rule = std::move(rule);
    f.requirement = case_.proves.empty() ? "" : case_.proves.front();
    f.text = std::move(text);
    out_.push_back(std::move(f));
    return out_.back();
  }

  bool says_well() const { return client_.succeeds(o_.end.status); }

  void ended() {
    auto const& e = o_.end;
    auto const seconds = [](base::duration d) { return std::chrono::duration<double>(d).count(); };
    if (e.late) add("client.hangs", fmt::format("it still ran after {:g} s, and was killed", seconds(client_.within)));
    if (e.grew)
      add("client.memory", fmt::format("it held {} MB, more than the {} MB that it may, and was killed",
                                       e.most_memory >> 20, client_.memory));
    if (e.flooded) add("client.output", "it printed without end, and was killed");
    if (e.signal) add("client.crash", fmt::format("it died of signal {} ({})", e.signal, strsignal(e.signal)));
    for (auto const& word : client_.crashes)
      if (e.said.find(word) != e.said.npos) {
        auto& f = add("client.crash", fmt::format("it ended in a way that nobody foresaw: it printed '{}'", word));
        f.octets = e.said.substr(e.said.size() > 400 ? e.said.size() - 400 : 0);
        break;
      }
    // What a shell says of a command that there is not; some clients end so by themselves.
    if ((e.status == 126 || e.status == 127) && t_.sessions.empty())
      add("client.fails", fmt::format("its command could not be run (status {}): {}", e.status, last_line()));
  }

  /// A client that was told to use TLS.
  void clear_text() {
    if (case_.secured != security::plain && t_.clear > 0)
      add("login.clear", fmt::format("it gave its password outside TLS, {} time{}, though it was told to use {}",
                                     t_.clear, t_.clear == 1 ? "" : "s",
                                     case_.secured == security::starttls ? "STARTTLS" : "TLS from the start"));
  }

  void refused() {
    if (t_.logins > 0) add("login.trusts", "it gave its password to a server that it must not trust");
    if (says_well())
      add("client.trusts",
          fmt::format("it says that all went well (status {}), and must not have trusted the server", o_.end.status));
  }

  std::string last_line() const {
    auto text = base::trim(o_.end.said);
    while (text.ends_with('\n')) text.remove_suffix(1);
    return base::beginning_of(text.substr(text.rfind('\n') + 1), 300);
  }

  void tell(mail_difference const& d) {
    constexpr std::string_view rules[] = {"mail.missing", "mail.altered", "mail.twice", "mail.nobodys", "mail.flags"};
    auto& f = add(std::string(rules[std::size_t(d.what)]), d.text);
    if (f.times > 1) return;
    if (!d.expected.empty()) f.expected = {d.expected};
    f.octets = d.octets;
    f.offset = d.offset;
  }

  bool is_held_against_it(difference what) const {
    if (case_.owes == duty::part) return what != difference::missing;
    // It said that something went wrong: then mail may be missing, and none may be there twice.
    return says_well() || case_.owes == duty::all || what == difference::twice;
  }

  /// Its own mail, whole; or, where that is enough, an exit status that says otherwise.
  void has_all() {
    if (place_.how != mail_place::kind::none)
      for (auto const& d : differences(o_.given, o_.kept, place_, o_.past))
        if (is_held_against_it(d.what)) tell(d);
    if (case_.owes == duty::all && !says_well())
      add("client.fails", fmt::format("it says that something went wrong (status {}), and all was there to be had: {}",
                                      o_.end.status, last_line()));
  }

  /// Who keeps mail must not also lose it: what the server no longer has, the client has.
  void lost() {
    mail_place const as_is;
    for (auto const& d : differences(o_.given, o_.left, as_is)) {
      if (d.what == difference::missing || d.what == difference::altered)
        add("mail.taken", fmt::format("on the server: {}, and nobody asked for its removal", d.text));
      if (d.what == difference::nobodys || d.what == difference::twice)
        add("mail.put", fmt::format("on the server: {}, and nobody asked for it", d.text));
    }
  }

  client_case const& case_;
  client_file const& client_;
  case_outcome const& o_;
  case_trace const& t_;
  mail_place place_;
  std::vector<history::finding> out_;
};

}  // namespace

std::vector<history::finding> case_findings(client_case const& c, client_file const& client, case_outcome const& o,
                                            case_trace const& t) {
  return verdicts(c, client, o, t).all();
}

}  // namespace mailrig::play
