// redaction: see redaction.hpp.
#include "record/redaction.hpp"

#include <utility>

#include "base/text.hpp"
#include "record/command_words.hpp"

namespace mailrig::record {

using history::event_kind;
using history::protocol;

redaction::redaction(protocol proto, redacted_parts parts, stand_ins& words, taker next)
    : proto_(proto), parts_(parts), words_(words), next_(std::move(next)) {}

void redaction::take(base::instant at, event_kind kind, std::string_view octets) {
  bool const spoken = kind == event_kind::sent || kind == event_kind::received;
  if (!spoken) {
    if (kind == event_kind::ended || kind == event_kind::secured) end();
    waiting_.push_back({at, kind, std::string(octets), 0});
    return let_go();
  }
  bool const client = kind == event_kind::sent;
  auto& l = client ? client_ : server_;
  waiting_.push_back({at, kind, {}, octets.size()});
  l.heard += octets;
  proto_ == protocol::imap ? cut_imap(l, client) : cut_pop3(l, client);
  let_go();
}

/// Hands on what stands first, as long as its octets are ready.
void redaction::let_go() {
  while (!waiting_.empty()) {
    auto const& w = waiting_.front();
    bool const spoken = w.kind == event_kind::sent || w.kind == event_kind::received;
    if (!spoken) {
      next_(w.at, w.kind, w.other);
    } else {
      auto& ready = (w.kind == event_kind::sent ? client_ : server_).ready;
      if (ready.size() < w.size) return;
      next_(w.at, w.kind, std::string_view(ready).substr(0, w.size));
      ready.erase(0, w.size);
    }
    waiting_.pop_front();
  }
}

/// Nothing more comes that what has begun could be part of: of that all words go.
void redaction::end() {
  for (auto* l : {&client_, &server_}) {
    words_.replace(l->heard, 0, l->heard.size());
    l->ready += std::exchange(l->heard, {});
  }
  let_go();
}

// --- IMAP ------------------------------------------------------------------------------------------------------------

void redaction::cut_imap(lane& l, bool client) {
  while (auto const size = imap_unit_size(l.heard)) {
    auto unit = l.heard.substr(0, size);
    l.heard.erase(0, size);
    if (!client) refused_literal(unit);
    imap_unit(unit, client);
    l.ready += unit;
  }
}

/// A tagged answer to a command whose literal was not sent: the command ends where it stands.
void redaction::refused_literal(std::string_view response) {
  auto& heard = client_.heard;
  if (heard.empty() || !heard.ends_with("}\r\n")) return;
  auto const tag = heard.substr(0, heard.find(' ') + 1);
  if (tag.size() < 2 || !response.starts_with(tag)) return;
  auto unit = std::exchange(heard, {});
  imap_unit(unit, true);
  client_.ready += unit;
}

namespace {

/// Where in a command or response what is private stands.
class imap_places {
 public:
  imap_places(std::string& unit, std::vector<imap_token> const& tokens, redacted_parts parts, stand_ins& words)
      : unit_(unit), tokens_(tokens), parts_(parts), words_(words) {}

  void command(command_words const& said) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) put(i, said.at(i));
  }

  void response() {
    auto const verb = word(1);
    for (std::string_view const status : {"OK", "NO", "BAD", "BYE", "PREAUTH"})
      if (verb == status) return people_read(2);
    if (word(0) != "*") return;
    if (verb == "LIST" || verb == "LSUB") return name_after_delimiter();
    if (verb == "STATUS" || verb == "MYRIGHTS") return name(2);
    if (verb == "ACL" || verb == "LISTRIGHTS") return name(2), persons(3, verb == "ACL" ? 2 : tokens_.size());
    if (verb == "QUOTAROOT") return name(2), persons(3, 1);
    if (verb == "QUOTA") return persons(2, tokens_.size());
    if (verb == "METADATA") return name(2), remarks(3);
    if (verb == "ESEARCH") return name_behind("MAILBOX");
    if (verb == "GENURLAUTH" || verb == "URLFETCH") return remarks(2);
    if (word(2) == "FETCH") fetch();
  }

 private:
  std::string word(std::size_t i) const {
    return i < tokens_.size() ? base::to_upper(std::string_view(unit_).substr(tokens_[i].from, tokens_[i].size())) : "";
  }
  void name(std::size_t i) {
    if (parts_.names && i < tokens_.size() && !tokens_[i].is_mark())
      words_.replace_name(unit_, tokens_[i].from, tokens_[i].to);
  }
  /// "* LIST (attributes) delimiter name (...)".
  void name_after_delimiter() {
    auto i = std::size_t(0);
    while (i < tokens_.size() && word(i) != ")") ++i;
    name(i + 2);
    name_behind("OLDNAME");
  }
  /// A word or the words of a list.
  void name_behind(std::string_view key) {
    for (std::size_t i = 2; i + 1 < tokens_.size(); ++i)
      if (word(i) == key) name(tokens_[i + 1].is_mark() ? i + 2 : i + 1);
  }
  /// The first, and each `step` further on.
  void persons(std::size_t i, std::size_t step) {
    for (; parts_.names && i < tokens_.size(); i += step) person(i);
  }
  void remarks(std::size_t i) {
    for (; i < tokens_.size(); ++i)
      if (word(i).find('/') != 0) put(i, word_role::remark);
  }
  /// The text of a status, behind its code: it may tell a mailbox's name that is private elsewhere. So may some codes.
  void people_read(std::size_t i) {
    if (i >= tokens_.size()) return;
    auto const code = word(i);
    bool const coded = code.starts_with('[');
    if (code.starts_with("[REFERRAL ") || code.starts_with("[BADURL ")) put(i, word_role::remark);
    auto const text = coded ? i + 1 : i;
    if (parts_.names && text < tokens_.size()) words_.replace_known_names(unit_, tokens_[text].from, unit_.size());
  }
  void put(std::size_t i, word_role role) {
    auto const [kind, from, to] = tokens_[i];
    if (tokens_[i].is_mark()) return;
    switch (role) {
      case word_role::plain:
      case word_role::uids:
      case word_role::validity: return;
      case word_role::mailbox:
      case word_role::pattern: return name(i);
      case word_role::person: return parts_.names ? person(i) : void();
      case word_role::message: return parts_.mail ? words_.replace_message(unit_, from, to, true) : void();
      case word_role::searched: return parts_.mail ? words_.replace(unit_, from, to) : void();
      case word_role::remark: return parts_.mail || parts_.names ? words_.replace(unit_, from, to) : void();
    }
  }
  /// Those that every server knows stay.
  void person(std::size_t i) {
    auto const w = word(i);
    if (i < tokens_.size() && !tokens_[i].is_mark() && w != "ANYONE" && w != "ANONYMOUS")
      words_.replace(unit_, tokens_[i].from, tokens_[i].to);
  }
  /// Strings and literals of its items; what a section is called stays.
  void fetch() {
    std::string item;
    for (std::size_t i = 3; parts_.mail && i < tokens_.size(); ++i) {
      auto const& t = tokens_[i];
      if (t.what == imap_token::kind::atom) item = word(i);
      if (t.what == imap_token::kind::quoted) words_.replace(unit_, t.from, t.to);
      if (t.what == imap_token::kind::literal) {
        bool const whole = item.starts_with("BODY[") || item.starts_with("BINARY[") || item.starts_with("RFC822");
        bool const headless = item.find("TEXT") != item.npos || !headed(item);
        whole ? words_.replace_message(unit_, t.from, t.to, !headless) : words_.replace(unit_, t.from, t.to);
      }
    }
  }
  /// BODY[] and RFC822 begin with a head, so do HEADER and MIME; BODY[1] does not, as far as its name tells.
  static bool headed(std::string const& item) {
    return item.starts_with("RFC822") || item.starts_with("BODY[]") || item.find("HEADER") != item.npos ||
           item.find("MIME") != item.npos;
  }

  std::string& unit_;
  std::vector<imap_token> const& tokens_;
  redacted_parts parts_;
  stand_ins& words_;
};

}  // namespace

void redaction::imap_unit(std::string& unit, bool client) {
  if (!client) return imap_places(unit, read_imap_tokens(unit), parts_, words_).response();
  command_words const said(unit);
  imap_places(unit, said.tokens(), parts_, words_).command(said);
}

// --- POP3 ------------------------------------------------------------------------------------------------------------

void redaction::cut_pop3(lane& l, bool client) {
  for (std::size_t end; (end = l.heard.find('\n')) != l.heard.npos;) {
    auto line = l.heard.substr(0, end + 1);
    l.heard.erase(0, end + 1);
    pop3_line(line, client);
    l.ready += line;
  }
}

void redaction::pop3_line(std::string& line, bool client) {
  if (client) {
    if (std::exchange(challenged_, false)) return;
    auto const words = base::words(std::string_view(line).substr(0, line.find_first_of("\r\n")));
    auto const verb = words.empty() ? std::string() : base::to_upper(words[0]);
    bool const message = verb == "RETR" || verb == "TOP";
    return asked_.push_back(
        {message || verb == "CAPA" || (words.size() == 1 && (verb == "LIST" || verb == "UIDL")), message});
  }
  if (body_.lines) {
    if (line == ".\r\n") {
      body_ = {};
    } else if (parts_.mail && body_.message) {
      in_head_ = in_head_ && line != "\r\n";
      words_.replace_message(line, 0, line.size(), in_head_);
    }
    return;
  }
  if (!std::exchange(greeted_, true) || asked_.empty()) return;
  if (line.starts_with("+ ") || line == "+\r\n") {
    challenged_ = true;
    return;
  }
  if (line.starts_with("+OK")) body_ = asked_.front();
  in_head_ = body_.message;
  asked_.pop_front();
}

}  // namespace mailrig::record
