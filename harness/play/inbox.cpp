// inbox: see inbox.hpp.
#include "play/inbox.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/declarations.hpp"

namespace mailrig::play {
namespace {

embedded::mailbox& box_of(embedded::store& s) { return *s.find(case_user)->find("INBOX"); }

std::optional<change> read_change(std::string_view text) {
  auto const words = base::words(text);
  if (words.empty()) return std::nullopt;
  auto const rest = base::trim(text.substr(words[0].size()));
  change out;
  if (words[0] == "renew" && words.size() == 1) return change{change::kind::renew};
  if (words[0] == "add") {
    auto mail = scenario::read_mail_words(rest);
    if (!mail || mail->size() != 1) return std::nullopt;
    return change{change::kind::add, 0, std::move(mail->front())};
  }
  if (words.size() < 2 || !base::number(words[1])) return std::nullopt;
  out.number = *base::number(words[1]);
  out.what = change::kind::remove;
  if (words[0] == "remove" && words.size() == 2) return out;
  auto const with_flags = "x " + std::string(base::trim(rest.substr(words[1].size())));
  auto flags = scenario::read_mail_words(with_flags);
  if (words[0] != "flags" || words.size() < 3 || !flags || flags->size() != 1) return std::nullopt;
  out.what = change::kind::flags;
  out.mail = std::move(flags->front());
  return out;
}

}  // namespace

std::optional<std::vector<change>> read_changes(std::string_view text) {
  std::vector<change> out;
  for (auto const one : base::split(text, ';')) {
    auto c = read_change(base::trim(one));
    if (!c) return std::nullopt;
    out.push_back(std::move(*c));
  }
  return out;
}

base::result<void> inbox::put(std::vector<scenario::mail_declaration> const& all) {
  for (auto const& m : all)
    if (auto const done = put(m); !done) return done;
  return {};
}

base::result<void> inbox::put(scenario::mail_declaration const& m) {
  auto message = room_.read(m.name);
  if (!message) return message.error();
  for (std::size_t i = 0; i < m.copies; ++i) {
    auto const octets = m.copies > 1 ? scenario::numbered_copy(*message, i + 1).octets : message->octets;
    given_.push_back({octets, {m.flags.begin(), m.flags.end()}, m.name});
    server_.with_mail([&](embedded::store& s) {
      auto date = embedded::simulated_now;
      date.seconds += std::int64_t(++put_) * 60;
      if (auto const said = embedded::read_internal_date(m.date)) date = *said;
      box_of(s).append(std::make_shared<embedded::message_text>(octets), {m.flags.begin(), m.flags.end()}, date);
    });
  }
  return {};
}

base::result<void> inbox::apply(std::vector<change> const& changes) {
  for (auto const& c : changes)
    if (auto const done = apply(c); !done) return done;
  return {};
}

base::result<void> inbox::apply(change const& c) {
  if (c.what == change::kind::add) return put(std::vector{c.mail});
  if (c.what == change::kind::renew) {
    server_.with_mail([](embedded::store& s) {
      auto& box = box_of(s);
      box.uidvalidity = s.find(case_user)->next_uidvalidity();
      for (std::uint32_t uid = 1; auto& e : box.entries) e->uid = uid++;
      box.uidnext = std::uint32_t(box.entries.size() + 1);
    });
    return {};
  }
  if (c.number < 1 || c.number > given_.size())
    return base::fault{0, "mail", fmt::format("there is no message {} by then", c.number)};
  auto const at = given_.begin() + std::ptrdiff_t(c.number - 1);
  auto const octets = at->octets;
  if (c.what == change::kind::remove) {
    past_.push_back(*at);
    given_.erase(at);
  } else {
    at->flags = {c.mail.flags.begin(), c.mail.flags.end()};
  }
  server_.with_mail([&](embedded::store& s) {
    auto& box = box_of(s);
    auto const which = std::ranges::find_if(box.entries, [&](auto const& e) { return e->text->octets() == octets; });
    if (which == box.entries.end()) return;  // the client has removed it
    auto const entry = *which;
    if (c.what == change::kind::remove) box.expunge([&](auto const& e) { return &e == entry.get(); });
    if (c.what == change::kind::flags) box.set_flags(*entry, {c.mail.flags.begin(), c.mail.flags.end()});
  });
  return {};
}

std::vector<piece> inbox::mail() {
  std::vector<piece> out;
  server_.with_mail([&](embedded::store& s) {
    for (auto const& e : box_of(s).entries)
      out.push_back({e->text->octets(), {e->flags.begin(), e->flags.end()}, fmt::format("UID {}", e->uid)});
  });
  return out;
}

}  // namespace mailrig::play
