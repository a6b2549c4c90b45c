// growing_input: see growing_input.hpp.
#include "stress/cost/growing_input.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "scenario/session_word.hpp"
#include "scenario/toml_folder.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::stress {
namespace {

using scenario::start_state;
using scenario::toml_table;
using text_names = std::map<std::string, std::string, std::less<>>;

bool is_name_letter(char c) { return c >= 'a' && c <= 'z'; }

/// `$NAME` at `at` of a text: its value, and where the text goes on; nothing where it names nothing.
std::optional<std::string> named_value(std::string_view text, std::size_t& at, text_names const& names) {
  auto end = at + 1;
  while (end < text.size() && is_name_letter(text[end])) ++end;
  auto const found = names.find(text.substr(at + 1, end - at - 1));
  if (found == names.end()) return std::nullopt;
  at = end;
  return found->second;
}

std::string filled(std::string_view text, text_names const& names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '$')
      if (auto const value = named_value(text, at, names)) {
        out += *value;
        continue;
      }
    out += text[at++];
  }
  return out;
}

start_state state_of(toml_table& t, char const* key, char const* note, bool imap) {
  std::vector<std::string_view> known{"authenticated", "greeting"};
  if (imap) known.insert(known.begin() + 1, "selected");
  return *scenario::state_named(t.choice(key, note, known));
}

class input_reader {
 public:
  explicit input_reader(toml_table root) : root_(std::move(root)) {}

  growing_input read() {
    out_.name = root_.file().stem().string();
    out_.title = root_.text("title", "what is asked, in one sentence", "");
    if (out_.title.empty()) root_.wrong("title", "title = \"...\" is missing: what is asked");
    out_.known = root_.texts("known", "where it has hit servers: CVEs, issues");
    out_.needs = root_.texts("needs", "capabilities");
    bool const imap = root_.choice("protocol", "of the session that is measured", {"imap", "pop3"}) == "imap";
    out_.proto = imap ? history::protocol::imap : history::protocol::pop3;
    out_.state = state_of(root_, "state", "in which it asks; selected: the mailbox that has the mail", imap);
    sizes();
    mail();
    out_.before = root_.texts("before", "commands that make ready");
    out_.ask = root_.texts("ask", "commands whose cost is measured");
    if (out_.ask.empty()) root_.wrong("ask", "ask = [\"...\"] is missing: the commands whose cost is measured");
    out_.after = root_.texts("after", "commands that undo what the session has done");
    out_.repeat = root_.flag("repeat", "the commands are sent as often as the size says");
    costs();
    if (root_.has("crowd")) others();
    return out_;
  }

 private:
  void sizes() {
    constexpr std::int64_t most = 4294967295;
    out_.from = std::uint64_t(root_.whole("from", "the smallest size", 1, most).value_or(16));
    out_.most = std::uint64_t(root_.whole("most", "the largest size", 1, most).value_or(4096));
    out_.factor = root_.number("factor", "from one size to the next", 1.1, 1000).value_or(2);
    if (sizes_of(out_).size() < 4) root_.wrong("most", "from, factor and most make fewer than four sizes");
  }

  void mail() {
    out_.mail = root_.text("mail", "a message, e.g. \"nested-$n\"", "");
    out_.message = root_.text("message", "the text of a message, e.g. \"To: ${a$i@example.test,}b\"", "");
    out_.copies = root_.text("copies", "how many of it, e.g. \"$n\"", "1");
    if (!out_.mail.empty() && !out_.message.empty()) root_.wrong("message", "mail and message are two of one thing");
    std::string crlf;
    for (char const c : out_.message) crlf += c == '\n' ? "\r\n" : std::string(1, c);
    out_.message = crlf;
  }

  void costs() {
    constexpr double exponents = 4;
    out_.time = {root_.number("time", "the exponent that time may grow with", 0, exponents).value_or(1), 0, false};
    out_.memory = {root_.number("memory", "the exponent that memory may grow with", 0, exponents).value_or(1), 0, true};
    out_.kept = root_.flag("kept", "of memory, what is held in the end is judged");
    out_.memory.most_of = !out_.kept;
    out_.victim = std::chrono::milliseconds(
        root_.whole("victim_ms", "so long may another user wait meanwhile", 100, 60000).value_or(2000));
  }

  void others() {
    auto t = root_.table("crowd", "sessions beside the one that is measured");
    auto& c = out_.others;
    c.size = t.text("size", "how many, e.g. \"$n\"", "");
    if (c.size.empty()) t.wrong("size", "size = \"$n\" is missing: how many sessions");
    c.says = t.texts("says", "what each says, without waiting for an answer");
    c.state = state_of(t, "state", "in which each says it", out_.proto == history::protocol::imap);
    c.reads = t.flag("reads", "whether they read what they are told", true);
    c.measured = t.flag("measured", "what they cost by themselves counts too");
    auto const end = t.choice("end", "what each does then", {"stays", "drops", "half-closes"});
    c.ends = end == "stays" ? crowd::end::stays : end == "drops" ? crowd::end::drops : crowd::end::half_closes;
  }

  toml_table root_;
  growing_input out_;
};

}  // namespace

std::string grown(std::string_view text, std::uint64_t n, text_names const& names) {
  auto all = names;
  auto const outer = all.find("i") == all.end() ? std::optional<std::string>() : all.at("i");
  all["n"] = std::to_string(n);
  std::string out;
  while (!text.empty()) {
    auto const begin = text.find("${");
    auto const end = begin == text.npos ? text.npos : text.find('}', begin);
    out += filled(text.substr(0, end == text.npos ? text.npos : begin), all);
    if (end == text.npos) return out;
    auto const each = text.substr(begin + 2, end - begin - 2);
    bool const counts = each.find('$') != each.npos;
    for (std::uint64_t i = 1; i <= n; ++i) {
      if (counts) all["i"] = std::to_string(i);
      out += counts ? filled(each, all) : std::string(each);
    }
    if (outer)
      all["i"] = *outer;
    else
      all.erase("i");
    text.remove_prefix(end + 1);
  }
  return out;
}

std::vector<std::uint64_t> sizes_of(growing_input const& i) {
  std::vector<std::uint64_t> out;
  for (double n = double(i.from); n < double(i.most) * 1.0001; n *= i.factor)
    if (auto const whole = std::uint64_t(std::llround(n)); out.empty() || whole > out.back())
      out.push_back(std::min(whole, i.most));
  if (!out.empty() && double(out.back()) * 1.1 < double(i.most)) out.push_back(i.most);
  return out;
}

base::result<growing_input> read_growing_input(std::filesystem::path const& file) {
  auto const root = toml_table::read(file, "growing input");
  if (!root) return root.error();
  auto out = input_reader(*root).read();
  if (auto bad = root->mistake()) return *bad;
  return out;
}

base::result<std::vector<growing_input>> read_growing_inputs(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, read_growing_input);
}

}  // namespace mailrig::stress
