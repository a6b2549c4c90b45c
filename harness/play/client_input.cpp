// client_input: see client_input.hpp.
#include "play/client_input.hpp"

#include "base/text.hpp"

namespace mailrig::play {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string> out;
  for (auto const w : base::words(line)) out.emplace_back(w);
  return out;
}

client_unit imap_command(std::string octets) {
  auto const c = wire::imap::read_command(octets);
  client_unit out{std::move(octets), c.tag, c.name, {}};
  if (c.uid) out.words.emplace_back("UID");
  out.words.push_back(c.name);
  for (auto const& a : c.arguments) out.words.push_back(a.text);
  return out;
}

}  // namespace

std::optional<client_unit> client_input::next() {
  using step = wire::imap::command_reader::step;
  if (proto_ == history::protocol::pop3) {
    auto out = next_line();
    if (out && !out->words.empty()) out->verb = base::to_upper(out->words[0]);
    return out;
  }
  while (!in_.empty() && !reader_.waiting()) {
    auto const s = reader_.take(in_);
    begun_ += in_.substr(0, s.consumed);
    in_.erase(0, s.consumed);
    if (s.kind == step::whole) {
      reader_.reset();
      return imap_command(std::exchange(begun_, {}));
    }
    if (s.consumed == 0 || s.kind == step::incomplete) break;
  }
  return std::nullopt;
}

std::optional<client_unit> client_input::next_line() {
  auto const end = in_.find('\n');
  if (end == in_.npos) return std::nullopt;
  client_unit out;
  out.octets = in_.substr(0, end + 1);
  in_.erase(0, end + 1);
  out.words = words_of(out.octets);
  return out;
}

}  // namespace mailrig::play
