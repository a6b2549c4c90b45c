// workload: see workload.hpp.
#include "stress/workload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/session_word.hpp"
#include "scenario/toml_folder.hpp"
#include "stress/turn.hpp"

namespace mailrig::stress {
namespace {

using scenario::start_state;
using scenario::toml_table;

class reader {
 public:
  explicit reader(toml_table root) : root_(std::move(root)) {}

  workload read() {
    out_.name = root_.file().stem().string();
    out_.title = root_.text("title", "what the workload stresses", "");
    if (out_.title.empty()) root_.wrong("title", "title = \"...\" is missing: what the workload stresses");
    out_.proves = root_.texts("proves", "ids of requirements");
    out_.needs = root_.texts("needs", "capabilities");
    out_.boxes = root_.texts("mailboxes", "that are made besides the common one");
    size("devices", "how many sessions take part", 500, out_.devices);
    size("rounds", "how often all of them act", 100000, out_.rounds);
    size("together", "how many act at once", 500, out_.together);
    size("audit", "rounds between two audits", 100000, out_.audit);
    if (auto const n = root_.whole("mail", "messages at the start", 0, 10000).value_or(4); n > 0)
      out_.mail.push_back({"plain", std::size_t(n), {}});
    auto devices = root_.tables("device", "who takes part");
    if (devices.empty()) root_.wrong("device", "[[device]] is missing: who takes part");
    for (auto& d : devices) device(d);
    return out_;
  }

 private:
  void size(char const* key, char const* note, std::int64_t most, std::size_t& to) {
    if (auto const n = root_.whole(key, note, 1, most)) to = std::size_t(*n);
  }

  void device(toml_table& t) {
    habit h;
    bool const imap = t.choice("protocol", "what it speaks", {"imap", "pop3"}) == "imap";
    h.proto = imap ? history::protocol::imap : history::protocol::pop3;
    std::vector<std::string_view> states{"selected", "examined", "authenticated", "closed"};
    if (!imap) std::ranges::rotate(states, states.end() - 1);
    h.state = *scenario::state_named(t.choice("state", "in which it begins", states));
    h.names = t.texts("names", "of its sessions");
    if (h.names.empty()) t.wrong("names", "names = [\"laptop\", ...] is missing");
    auto does = t.table("does", "turns with their weights: `mailrig list turns`");
    auto const turns = does.own_keys("a turn");
    if (turns.empty()) t.wrong("does", "[device.does] is missing: turns with their weights");
    for (auto const& turn : turns) {
      auto const* kind = base::registry<turn_kind>::find(turn);
      if (!kind || kind->proto != h.proto)
        does.wrong(turn, fmt::format("'{}' is no turn of {}; `mailrig list turns` shows them", turn,
                                     history::name_of(h.proto)));
      auto const weight = unsigned(does.whole(turn, "its weight", 1, 1000).value_or(1));
      h.turns.emplace_back(turn, weight);
      h.weight += weight;
      if (turn.ends_with("-server")) out_.handles_server = true;
    }
    out_.habits.push_back(std::move(h));
  }

  toml_table root_;
  workload out_;
};

}  // namespace

base::result<workload> read_workload(std::filesystem::path const& file) {
  auto const root = toml_table::read(file, "workload");
  if (!root) return root.error();
  auto out = reader(*root).read();
  if (auto bad = root->mistake()) return *bad;
  return out;
}

base::result<std::vector<workload>> read_workloads(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, read_workload);
}

}  // namespace mailrig::stress
