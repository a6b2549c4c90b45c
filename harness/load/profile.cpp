// profile: see profile.hpp.
#include "load/profile.hpp"

#include <algorithm>
#include <set>

#include "scenario/toml_source.hpp"

namespace mailrig::load {
namespace {

using problem = std::optional<base::fault>;

class reader {
 public:
  reader(scenario::toml_source source, toml::table const& root) : source_(std::move(source)), root_(root) {}

  base::result<profile> read() {
    out_.name = source_.file().stem().string();
    if (auto bad = source_.unknown(root_, {"title", "mailbox", "mail", "day", "read_speed", "slo", "device"}))
      return *bad;
    out_.title = root_["title"].value_or(std::string());
    if (out_.title.empty()) return source_.wrong(root_, "title = \"...\" is missing: whose mail this is");
    if (auto bad = number(root_, "mailbox", 0, 1e6, out_.mailbox)) return *bad;
    if (auto bad = number(root_, "read_speed", 0, 1e12, out_.read_speed)) return *bad;
    if (auto bad = mail()) return *bad;
    if (auto bad = day()) return *bad;
    if (auto const* list = root_["slo"].as_array())
      for (auto const& s : *list) out_.slos.push_back(s.value_or(std::string()));
    auto const* devices = root_["device"].as_array();
    if (!devices || devices->empty()) return source_.wrong(root_, "[[device]] is missing: what the users have");
    for (auto const& d : *devices) {
      if (!d.is_table()) return source_.wrong(d, "[[device]] begins a table");
      if (auto bad = device(*d.as_table())) return *bad;
    }
    return out_;
  }

 private:
  template <class T>
  problem number(toml::table const& t, char const* key, double least, double most, T& to) {
    auto const* node = t.get(key);
    if (!node) return std::nullopt;
    auto const v = node->value<double>();
    if (!v || *v < least || *v > most)
      return source_.wrong(*node, fmt::format("{} is a number from {} to {}", key, least, most));
    to = T(*v);
    return std::nullopt;
  }

  template <class T, class Read>
  problem text(toml::table const& t, char const* key, T& to, Read read, char const* example) {
    auto const* node = t.get(key);
    if (!node) return std::nullopt;
    auto const words = node->value<std::string>();
    auto const v = words ? read(*words) : std::nullopt;
    if (!v) return source_.wrong(*node, fmt::format("{} is written like {}", key, example));
    to = *v;
    return std::nullopt;
  }

  problem mail() {
    auto const* m = root_["mail"].as_table();
    if (!m) return std::nullopt;
    if (auto bad = source_.unknown(*m, {"per_day", "peak_hour", "mean", "median", "most"})) return bad;
    if (auto bad = number(*m, "per_day", 0, 1e6, out_.arrivals_per_day)) return bad;
    if (auto bad = number(*m, "peak_hour", 0, 1, out_.peak)) return bad;
    out_.sizes.median = 0;
    for (auto [key, to] :
         {std::pair{"mean", &out_.sizes.mean}, {"median", &out_.sizes.median}, {"most", &out_.sizes.most}})
      if (auto bad = text(*m, key, *to, read_octets, "\"24.5k\" or \"1M\"")) return bad;
    if (out_.sizes.median == 0) out_.sizes.median = out_.sizes.mean;
    return std::nullopt;
  }

  problem day() {
    auto const* list = root_["day"].as_array();
    if (!list) return std::nullopt;
    for (auto const& w : *list) out_.day.push_back(w.value_or(-1.0));
    auto const most = out_.day.empty() ? 0 : *std::ranges::max_element(out_.day);
    if (out_.day.size() != 24 || most <= 0 || *std::ranges::min_element(out_.day) < 0)
      return source_.wrong(*list, "day has 24 weights from midnight on, none below 0");
    for (auto& w : out_.day) w /= most;
    return std::nullopt;
  }

  /// "headers new" -> a step of that protocol.
  base::result<std::vector<step>> steps(toml::node const& node, history::protocol proto) {
    std::vector<step> out;
    auto const* list = node.as_array();
    if (!list) return source_.wrong(node, "steps are a list: [\"headers new\", \"body new\"]");
    for (auto const& entry : *list) {
      auto const said = entry.value_or(std::string());
      auto const words = base::words(said);
      auto const* kind = words.empty() ? nullptr : base::registry<step_kind>::find(words[0]);
      if (!kind || kind->proto != proto)
        return source_.wrong(entry, fmt::format("'{}' is no step of {}; `mailrig list steps` shows them", said,
                                                history::name_of(proto)));
      step s{kind, {}};
      for (std::size_t w = 1; w < words.size(); ++w) s.words.emplace_back(words[w]);
      note_mailbox(s);
      out.push_back(std::move(s));
    }
    return out;
  }

  void note_box(std::string const& name) {
    if (!base::iequals(name, "INBOX") && std::ranges::find(out_.boxes, name) == out_.boxes.end())
      out_.boxes.push_back(name);
  }
  void note_mailbox(step const& s) {
    static std::set<std::string_view> const takers{"select", "examine", "status", "append", "copy", "move"};
    if (!takers.contains(s.kind->name)) return;
    bool const into = s.kind->name == "copy" || s.kind->name == "move";
    if (!s.words.empty())
      note_box(s.words[0]);
    else if (into)
      note_box("Archive");
  }

  problem device(toml::table const& t) {
    if (auto bad = source_.unknown(t, {"name", "protocol", "per_user", "connections", "connects", "idle", "mailbox",
                                       "start", "act", "think", "session", "away", "link"}))
      return bad;
    device_kind d;
    d.name = t["name"].value_or(std::string());
    if (d.name.empty()) return source_.wrong(t, "name = \"phone\" is missing");
    auto const proto = t["protocol"].value_or(std::string("imap"));
    if (proto != "imap" && proto != "pop3")
      return source_.wrong(*t.get("protocol"), fmt::format("protocol is imap or pop3, not '{}'", proto));
    d.proto = proto == "imap" ? history::protocol::imap : history::protocol::pop3;
    auto const connects = t["connects"].value_or(std::string(proto == "imap" ? "session" : "each-act"));
    if (connects != "session" && connects != "each-act")
      return source_.wrong(*t.get("connects"), "connects is session, or each-act: logged in anew for each");
    d.stays = connects == "session" ? presence::session : presence::each_act;
    if (d.proto == history::protocol::pop3 && d.stays == presence::session)
      return source_.wrong(t, "a POP3 device connects for each-act: a session would hold the maildrop");
    d.idles = t["idle"].value_or(false);
    d.mailbox = t["mailbox"].value_or(d.mailbox);
    note_box(d.mailbox);
    if (auto bad = number(t, "per_user", 0, 100, d.per_user)) return bad;
    if (auto bad = number(t, "connections", 1, 16, d.connections)) return bad;
    if (auto bad = times(t, d)) return bad;
    if (auto bad = link(t, d)) return bad;
    if (auto const* start = t.get("start")) {
      auto read = steps(*start, d.proto);
      if (!read) return read.error();
      d.start = std::move(*read);
    }
    if (auto const* list = t["act"].as_array())
      for (auto const& a : *list)
        if (auto bad = a.is_table() ? doing(*a.as_table(), d) : source_.wrong(a, "[[device.act]] begins a table"))
          return bad;
    if (d.acts.empty() && d.stays == presence::each_act)
      return source_.wrong(t, "a device that connects for each act needs [[device.act]]");
    out_.devices.push_back(std::move(d));
    return std::nullopt;
  }

  problem times(toml::table const& t, device_kind& d) {
    constexpr auto* example = "\"30s\", \"exp 5m\" or \"uniform 10s 20s\"";
    if (auto bad = text(t, "think", d.think, read_span, example)) return bad;
    if (auto bad = text(t, "away", d.away, read_span, example)) return bad;
    return text(t, "session", d.session, read_span, example);
  }

  problem link(toml::table const& t, device_kind& d) {
    auto const* l = t["link"].as_table();
    if (!l) return std::nullopt;
    if (auto bad = source_.unknown(*l, {"down", "up", "delay"})) return bad;
    for (auto [key, to] : {std::pair{"down", &d.link.down}, {"up", &d.link.up}})
      if (auto bad = text(*l, key, *to, read_octets, "\"125k\": octets a second")) return bad;
    return text(*l, "delay", d.link.delay, base::read_duration, "\"40ms\": one way");
  }

  problem doing(toml::table const& t, device_kind& d) {
    if (auto bad = source_.unknown(t, {"name", "do", "every", "weight"})) return bad;
    act a;
    a.name = t["name"].value_or(fmt::format("{}-{}", d.name, d.acts.size() + 1));
    auto const* list = t.get("do");
    if (!list) return source_.wrong(t, "do = [\"headers new\", ...] is missing");
    auto read = steps(*list, d.proto);
    if (!read) return read.error();
    a.steps = std::move(*read);
    if (auto bad = text(t, "every", a.every, base::read_duration, "\"5m\"")) return bad;
    if (a.every && *a.every < std::chrono::milliseconds(1))
      return source_.wrong(*t.get("every"), "every is 1ms at least");
    if (auto bad = number(t, "weight", 0, 1000, a.weight)) return bad;
    if (!a.every && a.weight == 0) a.weight = 1;
    if (a.every && a.weight > 0) return source_.wrong(t, "an act comes by its timetable (every) or by chance (weight)");
    if (a.weight > 0 && d.think.mean() <= base::duration::zero())
      return source_.wrong(t, "acts by chance need think = \"exp 30s\" in their device");
    d.acts.push_back(std::move(a));
    return std::nullopt;
  }

  scenario::toml_source source_;
  toml::table const& root_;
  profile out_;
};

}  // namespace

bool profile::changes_mail() const {
  static std::set<std::string_view> const changing{"store",   "append", "copy", "move",
                                                   "expunge", "close",  "dele", "body"};
  auto changes = [](step const& s) { return changing.contains(s.kind->name); };
  return mailbox > 0 || arrivals_per_day > 0 || !boxes.empty() ||
         std::ranges::any_of(devices, [&](device_kind const& d) {
           return std::ranges::any_of(d.start, changes) ||
                  std::ranges::any_of(d.acts, [&](act const& a) { return std::ranges::any_of(a.steps, changes); });
         });
}

base::result<profile> read_profile(std::filesystem::path const& file) {
  scenario::toml_source const source(file, "profile");
  auto const root = source.parse();
  if (!root) return root.error();
  return reader(source, *root).read();
}

base::result<std::vector<profile>> read_profiles(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, read_profile);
}

}  // namespace mailrig::load
