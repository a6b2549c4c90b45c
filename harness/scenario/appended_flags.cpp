// appended_flags: see appended_flags.hpp.
#include "scenario/appended_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "scenario/lasting_flags.hpp"

namespace mailrig::scenario {
namespace {

/// By the message's number: flags that it should have and has not.
using missing_flags = std::map<std::size_t, std::vector<std::string>>;

/// Nothing where not all messages were told of.
std::optional<missing_flags> look(stage& s, player& p, std::vector<message> const& mail) {
  auto const told = s.command(p, "FETCH 1:* FLAGS");
  if (!told) return std::nullopt;
  std::map<std::size_t, std::vector<std::string>> flags;
  for (auto const& a : *told) {
    if (!a->response.is("FETCH")) continue;
    for (auto v = a->response.args().first(); v; v = v.next().next())
      if (v.names("FLAGS")) {
        auto& those = flags[a->response.number] = {};
        for (auto f = v.next().first(); f; f = f.next()) those.push_back(f.text());
      }
  }
  if (flags.size() != mail.size()) return std::nullopt;
  missing_flags out;
  for (std::size_t n = 1; n <= mail.size(); ++n)
    for (auto const& wanted : mail[n - 1].flags)
      if (std::ranges::none_of(flags[n], [&](auto const& f) { return base::iequals(f, wanted); }))
        out[n].push_back(wanted);
  return out;
}

std::string flag_list(std::vector<std::string> const& flags) {
  std::string out;
  for (auto const& f : flags) out += (out.empty() ? "" : " ") + f;
  return out;
}

std::string in_words(missing_flags const& missing) {
  std::string out;
  for (auto const& [n, flags] : missing)
    out += fmt::format("{}{} of message {}", out.empty() ? "" : ", ", flag_list(flags), n);
  return out;
}

/// Of each message those that SELECT says will last; keywords that it leaves out are a fault.
base::result<void> keep_lasting(missing_flags& missing, std::vector<arrival_ptr> const& selected) {
  for (auto& [n, flags] : missing)
    for (auto f = flags.begin(); f != flags.end();) {
      bool const keyword = !f->starts_with('\\');
      bool const lasts =
          permanent(selected, *f).value_or(true) || (keyword && permanent(selected, "\\*").value_or(true));
      if (!lasts && keyword)
        return base::fault{0, "keywords",
                           fmt::format("APPEND left out {}, and PERMANENTFLAGS has no place for it", *f)};
      f = lasts ? std::next(f) : flags.erase(f);
    }
  std::erase_if(missing, [](auto const& one) { return one.second.empty(); });
  return {};
}

base::result<void> set_by_store(stage& s, player& p, std::vector<message> const& mail, missing_flags missing) {
  auto const selected = s.command(p, "SELECT INBOX");
  if (!selected) return base::fault{0, "flags", "SELECT INBOX: " + selected.error().text};
  if (auto const lasting = keep_lasting(missing, *selected); !lasting) return lasting.error();
  for (auto const& [n, flags] : missing)
    if (auto const done = s.command(p, fmt::format("STORE {} +FLAGS.SILENT ({})", n, flag_list(flags))); !done)
      return base::fault{0, "flags",
                         fmt::format("APPEND left out {} of message {}, and STORE does not set it: {}",
                                     flag_list(flags), n, done.error().text)};
  if (missing.empty()) return {};
  (void)s.command(p, "EXAMINE INBOX");
  auto const left = look(s, p, mail);
  auto const stays_away =
      left && std::ranges::any_of(*left, [&](auto const& one) { return missing.contains(one.first); });
  if (stays_away) return base::fault{0, "flags", fmt::format("neither APPEND nor STORE sets {}", in_words(*left))};
  return {};
}

}  // namespace

base::result<std::string> mend_appended_flags(stage& s, player& p, std::vector<message> const& mail) {
  if (std::ranges::all_of(mail, [](message const& m) { return m.flags.empty(); })) return std::string();
  // EXAMINE takes \Recent from nothing (RFC 3501 §6.3.2), and CLOSE of it removes nothing (§6.4.2).
  if (!s.command(p, "EXAMINE INBOX")) return std::string();
  auto const missing = look(s, p, mail);
  base::result<void> mended;
  if (missing && !missing->empty()) {
    mended = set_by_store(s, p, mail, *missing);
    (void)s.command(p, "EXAMINE INBOX");
  }
  (void)s.command(p, "CLOSE");
  if (!mended) return mended.error();
  return missing ? in_words(*missing) : std::string();
}

}  // namespace mailrig::scenario
