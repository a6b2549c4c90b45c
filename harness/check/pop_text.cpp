// pop_text: TOP gives what RETR gives, up to as many lines of the body as it was asked for (RFC 1939 §7, TOP).
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_text {
namespace {

/// Of a text no more than digests is kept, so that a load run can be judged.
constexpr std::size_t most_lines = 64, most_texts = 8;

struct known_text {
  std::uint64_t number = 0;
  bool whole = false;              ///< nothing of the message is missing
  bool parted = false;             ///< a blank line stands behind the header
  std::uint64_t digest = 0;        ///< of all of it
  std::uint64_t with_line = 0;     ///< of all of it and an empty line
  std::size_t lines = 0;           ///< of the body, as far as it came
  std::vector<std::uint64_t> top;  ///< digests up to the blank line, and up to each of the first lines of the body
};

known_text read(std::string_view text) {
  known_text out;
  out.digest = base::fnv1a(text);
  out.with_line = base::fnv1a("\r\n", out.digest);
  auto const blank = text.starts_with("\r\n") ? 0 : text.find("\r\n\r\n");
  out.parted = blank != text.npos;
  if (!out.parted) return out;
  auto at = blank == 0 ? 2 : blank + 4;
  auto h = base::fnv1a(text.substr(0, at));
  out.top.push_back(h);
  out.lines = std::size_t(std::ranges::count(text.substr(at), '\n'));
  while (at < text.size() && out.top.size() <= most_lines) {
    auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
    h = base::fnv1a(text.substr(at, end - at), h);
    out.top.push_back(h);
    at = end;
  }
  return out;
}

/// Whether both can be of one message.
bool agree(known_text const& a, known_text const& b) {
  if (a.parted != b.parted) {
    // A message that is all header: the blank line is TOP's own.
    auto const &with = a.parted ? a : b, &without = a.parted ? b : a;
    return with.lines == 0 && with.digest == without.with_line;
  }
  if (!a.parted) return a.digest == b.digest;
  if (a.whole && b.whole) return a.digest == b.digest;
  if (a.whole != b.whole && (a.whole ? a : b).lines < (a.whole ? b : a).lines) return false;
  auto const common = std::min(a.top.size(), b.top.size());
  return std::equal(a.top.begin(), a.top.begin() + std::ptrdiff_t(common), b.top.begin());
}

class pop_text final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::reply || !i.pop3_command_ || !i.reply->multi || i.reply->violation) return;
    auto const& c = *i.pop3_command_;
    auto const n = model::message_of(c);
    bool const top = c.is("TOP");
    if ((!top && !c.is("RETR")) || !n || i.pop3->deleted.contains(*n)) return;
    auto const wanted = top ? base::number(c.arg(1)) : std::nullopt;
    if (top && !wanted) return;
    auto now = read(wire::pop3::unstuffed(i.reply->body));
    now.number = *n;
    // With fewer lines than were asked for it says that there are no more.
    now.whole = !top || (now.parted && now.lines < *wanted);
    if (top && now.lines > *wanted)
      return out.add(i, {"lines",
                         fmt::format("TOP {} {} gives {} lines of the body", *n, *wanted, now.lines),
                         {fmt::format("{} lines", *wanted)},
                         0});
    auto& all = texts_[i.session];
    auto const before = std::ranges::find(all, *n, &known_text::number);
    if (before == all.end()) {
      all.push_back(std::move(now));
      if (all.size() > most_texts) all.pop_front();
      return;
    }
    if (!agree(now, *before) && (top || !before->whole))
      out.add(i, {"top",
                  difference(now, *before, wanted),
                  {"TOP: the header, the blank line and so many lines of what RETR gives"},
                  0});
    if (now.whole || (!before->whole && now.lines > before->lines)) *before = std::move(now);
  }

 private:
  static std::string difference(known_text const& now, known_text const& before, std::optional<std::uint64_t> wanted) {
    auto const asked = wanted ? fmt::format("TOP {} {}", now.number, *wanted) : fmt::format("RETR {}", now.number);
    if (before.whole && now.whole && now.lines < before.lines)
      return fmt::format("{} gives {} lines of the body, and there are {}", asked, now.lines, before.lines);
    return fmt::format("{} does not begin like what came of this message before", asked);
  }

  per_session<std::deque<known_text>> texts_{this};
};

checker_kind const kind{
    "pop_text",
    "TOP gives the beginning of what RETR gives.",
    {{"lines", "RFC1939-7.TOP-02", "TOP gives no more lines of the body than were asked for."},
     {"top", "RFC1939-7.TOP-01", "TOP gives the header, the blank line and the lines of the body that RETR gives.",
      "RFC1939-7.TOP-03 RFC1939-7.TOP-06"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_text>(); },
    false,
    kinds::pop3};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_text
