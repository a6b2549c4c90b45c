// workload: see workload.hpp.
#include "stress/workload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/toml_source.hpp"
#include "stress/turn.hpp"

namespace mailrig::stress {
namespace {

using scenario::start_state;

class reader {
 public:
  reader(scenario::toml_source source, toml::table const& root) : source_(std::move(source)), root_(root) {}

  base::result<workload> read() {
    if (auto bad = source_.unknown(root_, {"title", "proves", "needs", "mail", "devices", "rounds", "together", "audit",
                                           "mailboxes", "device"}))
      return *bad;
    out_.name = source_.file().stem().string();
    out_.title = root_["title"].value_or(std::string());
    if (out_.title.empty()) return source_.wrong(root_, "title = \"...\" is missing: what the workload stresses");
    words("proves", out_.proves);
    words("needs", out_.needs);
    words("mailboxes", out_.boxes);
    for (auto [key, to, most] :
         {std::tuple{"devices", &out_.devices, 500u}, std::tuple{"rounds", &out_.rounds, 100000u},
          std::tuple{"together", &out_.together, 500u}, std::tuple{"audit", &out_.audit, 100000u}}) {
      auto const n = root_[key].value_or(std::int64_t(*to));
      if (n < 1 || n > std::int64_t(most))
        return source_.wrong(root_, fmt::format("{} takes a number from 1 to {}", key, most));
      *to = std::size_t(n);
    }
    if (auto const n = root_["mail"].value_or(std::int64_t(4)); n > 0)
      out_.mail.push_back({"plain", std::size_t(std::min<std::int64_t>(n, 10000)), {}});
    auto const* devices = root_["device"].as_array();
    if (!devices || devices->empty()) return source_.wrong(root_, "[[device]] is missing: who takes part");
    for (auto const& d : *devices) {
      if (!d.is_table()) return source_.wrong(d, "[[device]] begins a table");
      if (auto bad = device(*d.as_table())) return *bad;
    }
    return out_;
  }

 private:
  void words(char const* key, std::vector<std::string>& to) {
    if (auto const* list = root_[key].as_array())
      for (auto const& w : *list) to.push_back(w.value_or(std::string()));
  }

  std::optional<base::fault> device(toml::table const& t) {
    if (auto bad = source_.unknown(t, {"names", "protocol", "state", "does"})) return bad;
    habit h;
    auto const proto = t["protocol"].value_or(std::string("imap"));
    if (proto != "imap" && proto != "pop3")
      return source_.wrong(t, fmt::format("protocol is imap or pop3, not '{}'", proto));
    h.proto = proto == "imap" ? history::protocol::imap : history::protocol::pop3;
    auto const state = t["state"].value_or(std::string(proto == "imap" ? "selected" : "closed"));
    if (state != "selected" && state != "examined" && state != "authenticated" && state != "closed")
      return source_.wrong(t, "state is selected, examined, authenticated or closed");
    h.state = state == "selected"   ? start_state::selected
              : state == "examined" ? start_state::examined
              : state == "closed"   ? start_state::closed
                                    : start_state::authenticated;
    if (auto const* list = t["names"].as_array())
      for (auto const& n : *list) h.names.push_back(n.value_or(std::string()));
    if (h.names.empty()) return source_.wrong(t, "names = [\"laptop\", ...] is missing");
    auto const* does = t["does"].as_table();
    if (!does || does->empty()) return source_.wrong(t, "[device.does] is missing: turns with their weights");
    for (auto const& [key, value] : *does) {
      auto const* kind = base::registry<turn_kind>::find(key.str());
      auto const weight = value.value<std::int64_t>();
      if (!kind || kind->proto != h.proto)
        return source_.wrong(value,
                             fmt::format("'{}' is no turn of {}; `mailrig list turns` shows them", key.str(), proto));
      if (!weight || *weight < 1 || *weight > 1000) return source_.wrong(value, "a weight is a number from 1 to 1000");
      h.turns.emplace_back(key.str(), unsigned(*weight));
      h.weight += unsigned(*weight);
      if (key.str().ends_with("-server")) out_.handles_server = true;
    }
    out_.habits.push_back(std::move(h));
    return std::nullopt;
  }

  scenario::toml_source source_;
  toml::table const& root_;
  workload out_;
};

}  // namespace

base::result<workload> read_workload(std::filesystem::path const& file) {
  scenario::toml_source const source(file, "workload");
  auto const root = source.parse();
  if (!root) return root.error();
  return reader(source, *root).read();
}

base::result<std::vector<workload>> read_workloads(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, read_workload);
}

}  // namespace mailrig::stress
