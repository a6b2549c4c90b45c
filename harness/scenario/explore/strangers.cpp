// strangers: another user's mailboxes, by every form of name that has ever led to them: the user must have been granted
// rights there (RFC 2342 §2), and this one was granted none. A server may answer as it likes; what counts is what it
// shows, and what it changes.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::strangers {
namespace {

constexpr std::string_view access = "RFC2342-2-03", listing = "RFC2342-7-01";

/// RFC 3501 §5.1.3, the other way: what is plain ASCII, in modified base64, which no name may have.
std::string shifted(std::string_view text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
  std::string units, out = "&";
  for (char c : text) units += std::string{'\0', c};
  unsigned held = 0, bits = 0;
  for (unsigned char c : units) {
    bits = (bits << 8) | c;
    for (held += 8; held >= 6; held -= 6) out += alphabet[(bits >> (held - 6)) & 63];
  }
  if (held > 0) out += alphabet[(bits << (6 - held)) & 63];
  return out + "-";
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct form {
  std::string_view name, text;  ///< USER, BOX, and "/" for the delimiter; what is after "=" goes as it stands
};
constexpr form forms[]{{"user", "USER/BOX"},
                       {"slash-user", "/USER/BOX"},
                       {"home", "~USER/BOX"},
                       {"home-slash", "~/../USER/BOX"},
                       {"up", "../USER/BOX"},
                       {"up-twice", "../../USER/BOX"},
                       {"down-up", "x/../../USER/BOX"},
                       {"inbox-up", "INBOX/../../USER/BOX"},
                       {"folders-up", "=../../USER/folders/BOX"},
                       {"maildir-up", "=../../USER/Maildir/.BOX"},
                       {"back-up", "=..\\USER\\BOX"},
                       {"dots", "=.USER.BOX"},
                       {"user-dots", "=user.USER.BOX"},
                       {"user-prefix", "user/USER/BOX"},
                       {"user-hash", "#user/USER/BOX"},
                       {"users-hash", "#Users/USER/BOX"},
                       {"shared-hash", "#shared/USER/BOX"},
                       {"shared", "shared/USER/BOX"},
                       {"other-users", "Other Users/USER/BOX"},
                       {"mbox", "=#mh/../USER/BOX"},
                       {"home-utf7", "~utf7"},
                       {"up-utf7", "..utf7"},
                       {"star", "=*"},
                       {"percent", "=%"},
                       {"star-user", "*USER*BOX"},
                       {"url", "=imap://USER@localhost/BOX"},
                       {"driver", "=maildir:../USER/BOX"},
                       {"namespace", "namespace"}};

std::vector<level> form_levels() {
  std::vector<level> out;
  for (auto const& f : forms) out.push_back({f.name});
  return out;
}

/// The first prefix of NAMESPACE's other users, else of the shared; "user" where there is none.
std::string others_prefix(explorer& x) {
  std::string found = "user" + x.separator();
  if (!x.can("NAMESPACE")) return found;
  for (auto const& a : x.ask("NAMESPACE", "OK").data) {
    if (!a->response.is("NAMESPACE")) continue;
    for (auto kind = a->response.args().first().next(); kind; kind = kind.next())
      if (kind.is_list()) return kind.at(0).at(0).text();
  }
  return found;
}

std::string spelled(explorer& x, std::string_view name, std::string const& user, std::string const& box) {
  auto const* f = std::ranges::find(forms, name, &form::name);
  auto const sep = x.separator().empty() ? std::string("/") : x.separator();
  if (name == "home-utf7") return shifted("~" + user + sep) + box;
  if (name == "up-utf7") return shifted(".." + sep + user + sep) + box;
  if (name == "namespace") {
    auto const prefix = others_prefix(x);
    return fmt::format("{}{}{}{}{}", prefix, prefix.ends_with(sep) ? "" : sep, user, sep, box);
  }
  bool const as_it_stands = f->text.starts_with('=');
  auto text = std::string(f->text.substr(as_it_stands ? 1 : 0));
  if (!as_it_stands) text = replaced(std::move(text), "/", sep);
  return replaced(replaced(std::move(text), "USER", user), "BOX", box);
}

/// The item's value in the STATUS that an answer has.
std::optional<std::uint64_t> item(answer const& a, std::string_view name) {
  for (auto const& d : a.data) {
    if (!d->response.is("STATUS")) continue;
    for (auto v = d->response.args().next().first(); v; v = v.next().next())
      if (v.names(name)) return v.next().number();
  }
  return std::nullopt;
}

constexpr std::string_view items = "(MESSAGES UIDNEXT UIDVALIDITY)";

/// The state of one of the other user's mailboxes, as the other user is told.
struct mailbox_state {
  std::uint64_t messages = 0, uidnext = 0, uidvalidity = 0;
  bool operator==(mailbox_state const&) const = default;

  static std::optional<mailbox_state> of(answer const& a) {
    auto const messages = item(a, "MESSAGES"), next = item(a, "UIDNEXT"), validity = item(a, "UIDVALIDITY");
    if (!messages || !next || !validity) return std::nullopt;
    return mailbox_state{*messages, *next, *validity};
  }
};

/// One row: what lies with the other user before it, and what the stranger asks for.
class trespass {
 public:
  trespass(explorer& x, choice const& c)
      : x_(x),
        c_(c),
        victim_(x.known("user")),
        box_(c.is("of", "INBOX") && !takes_away(c["verb"]) ? "INBOX" : x.box() + "-Kept"),
        secret_(x.box() + "-Secret"),
        mark_("X-Mailrig-Kept: " + victim_),
        own_(fmt::format("{}-Own{}", x.box(), x.fresh())) {}

  void go() {
    if (!x_.is_watched() || victim_.empty() || !lay_out()) return;
    way_ = spelled(x_, c_["name"], victim_, "");
    name_ = spelled(x_, c_["name"], victim_, bare(box_));
    auto const a = attempt();
    if (!x_.is_open()) return;
    look_at(a);
    see_what_changed();
    tidy(a);
    x_.still_answers();
  }

 private:
  /// Nobody's INBOX can be taken away.
  static bool takes_away(std::string_view verb) { return verb == "DELETE" || verb == "RENAME-from"; }

  /// The other user has the mailbox with a message of its own, and another whose name no stranger ever says.
  bool lay_out() {
    before_ = mailbox_state::of(x_.watch(status(), "OK | NO"));
    if (before_ && before_->messages > 0) return true;
    if (box_ != "INBOX" && !before_) x_.watch("CREATE " + quoted(box_), "OK | NO");
    x_.watch("CREATE " + quoted(secret_), "OK | NO");
    auto const text = fmt::format("X-Mailrig-Made: y\r\n{}\r\n\r\nfor me alone\r\n", mark_);
    x_.watch(fmt::format("APPEND {} {{{}}}\r\n{}", quoted(box_), text.size(), text), "OK | NO");
    before_ = mailbox_state::of(x_.watch(status(), "OK | NO"));
    return before_ && before_->messages > 0;
  }

  std::string quoted(std::string const& name) const { return x_.string("quoted", name); }
  std::string as_chosen(std::string const& name) const { return x_.string(c_["string"], name); }
  std::string status() const { return fmt::format("STATUS {} {}", quoted(box_), items); }
  answer ask(std::string const& text) { return x_.ask(text, "OK | NO | BAD"); }
  /// Without what the server has before all of a user's own names, and others need not say.
  std::string bare(std::string const& name) const {
    auto const inbox = "INBOX" + x_.separator();
    return name.starts_with(inbox) ? name.substr(inbox.size()) : name;
  }

  answer attempt() {
    auto const verb = c_["verb"];
    auto const said = as_chosen(name_);
    if (verb == "STATUS") return ask(fmt::format("STATUS {} {}", said, items));
    if (verb == "APPEND") {
      auto const letter = x_.letter();
      return ask(fmt::format("APPEND {} {{{}}}\r\n{}", said, letter.size(), letter));
    }
    if (verb == "LIST" || verb == "LSUB") return ask(fmt::format("{} \"\" {}", verb, as_chosen(way_ + "*")));
    if (verb == "LIST-below") return ask(fmt::format("LIST {} *", as_chosen(way_)));
    if (verb == "CREATE-below") return ask("CREATE " + as_chosen(made_ = name_ + x_.separator() + "Left"));
    if (verb == "RENAME-from") return ask(fmt::format("RENAME {} {}", said, quoted(own_)));
    if (verb == "RENAME-to") {
      if (!ask("CREATE " + quoted(own_)).ok()) return {};
      return ask(fmt::format("RENAME {} {}", quoted(own_), as_chosen(made_ = name_ + "Moved")));
    }
    return ask(fmt::format("{} {}", verb, said));  // SELECT, EXAMINE, DELETE, SUBSCRIBE
  }

  void look_at(answer const& a) {
    auto const verb = c_["verb"];
    if (a.ok() && (verb == "SELECT" || verb == "EXAMINE") && x_.messages() > 0)
      for (auto const& d : ask("FETCH 1:* (UID BODY.PEEK[HEADER])").data)
        if (d->octets.find(mark_) != d->octets.npos)
          return x_.breach("read", said("shows mail of another user, who has granted nothing"), access, d->octets);
    if (verb == "STATUS" && before_ && mailbox_state::of(a) == before_)
      x_.breach("counted", said("tells of another user's mailbox"), access, a.data.front()->octets);
    for (auto const& d : a.data)
      if ((d->response.is("LIST") || d->response.is("LSUB")) && listed(*d).find(bare(secret_)) != std::string::npos)
        return x_.breach("listed", said("lists another user's mailboxes"), listing, d->octets);
  }

  static std::string listed(arrival const& a) { return a.response.args().next().next().text(); }

  void see_what_changed() {
    auto const now = x_.watch(status(), "OK | NO");
    auto const state = mailbox_state::of(now);
    // A server may give it other numbers at any time; what lies there is the other user's alone to change.
    bool const gone = now.status == "NO" && !state && is_unlisted();
    if (gone || (state && before_ && state->messages != before_->messages))
      x_.breach("changed", said("changed another user's mailbox, or took it away"), access, now.line);
    if (made_.empty() || box_ == "INBOX") return;
    for (auto const& d : x_.watch(fmt::format("LIST \"\" {}", quoted(box_ + "*")), "OK | NO").data)
      if (d->response.is("LIST") && listed(*d) != box_) {
        x_.breach("made", said("made a mailbox of another user's"), access, d->octets);
        x_.watch("DELETE " + quoted(listed(*d)), "OK | NO");
      }
  }

  /// LIST is answered, and does not name it: STATUS may be refused for other reasons.
  bool is_unlisted() {
    auto const all = x_.watch("LIST \"\" " + quoted(box_), "OK | NO");
    return all.ok() && std::ranges::none_of(all.data, [](auto const& d) { return d->response.is("LIST"); });
  }

  std::string said(std::string_view what) const {
    return fmt::format("{} {} {}", c_["verb"], base::printable(name_), what);
  }

  /// What the stranger made under such a name is the stranger's own, with the levels above it.
  void tidy(answer const& a) {
    auto const verb = c_["verb"];
    if (verb == "SUBSCRIBE" && a.ok()) ask("UNSUBSCRIBE " + as_chosen(name_));
    if (verb.starts_with("RENAME")) ask("DELETE " + quoted(own_));
    if (made_.empty() || !a.ok()) return;
    auto const sep = x_.separator();
    for (auto left = made_; !left.empty() && !base::iequals(left, "INBOX");) {
      ask("DELETE " + quoted(left));
      auto const above = sep.empty() ? left.npos : left.rfind(sep);
      left.resize(above == left.npos ? 0 : above);
    }
  }

  explorer& x_;
  choice const& c_;
  std::string victim_, box_, secret_, mark_, own_, name_, way_, made_;
  std::optional<mailbox_state> before_;
};

exploration const strangers{exploration_kind{"strangers",
                                             "another user's mailboxes, by every form of name that has led to such",
                                             history::protocol::imap,
                                             access,
                                             {{"name", form_levels(), true},
                                              {"verb",
                                               {{"SELECT"},
                                                {"EXAMINE"},
                                                {"STATUS"},
                                                {"APPEND"},
                                                {"LIST"},
                                                {"LSUB"},
                                                {"LIST-below"},
                                                {"CREATE-below"},
                                                {"DELETE"},
                                                {"RENAME-from"},
                                                {"RENAME-to"},
                                                {"SUBSCRIBE"}}},
                                              {"of", {{"INBOX"}, {"box"}}},
                                              {"string", {{"quoted"}, {"literal"}}}},
                                             +[](explorer& x, choice const& c) { trespass(x, c).go(); }}};

}  // namespace
}  // namespace mailrig::scenario::strangers
