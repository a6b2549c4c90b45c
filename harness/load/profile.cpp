// profile: see profile.hpp.
#include "load/profile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "load/octets.hpp"
#include "load/resync.hpp"
#include "scenario/toml_folder.hpp"

namespace mailrig::load {
namespace {

using scenario::toml_table;

class reader {
 public:
  explicit reader(toml_table root) : root_(std::move(root)) {}

  profile read() {
    out_.file = root_.file();
    out_.name = root_.file().stem().string();
    out_.title = root_.text("title", "whose mail this is", "");
    if (out_.title.empty()) root_.wrong("title", "title = \"...\" is missing: whose mail this is");
    number(root_, "mailbox", "messages in each mailbox at the start", 0, 1e6, out_.mailbox);
    number(root_, "read_speed", "octets a second that a person reads", 0, 1e12, out_.read_speed);
    mail();
    fill();
    day();
    waits_ = read_backoff(root_.table("backoff", "how long devices wait before they try again to connect"), waits_);
    out_.slos = root_.texts("slo", "what must hold, e.g. \"p99(fetch.header) < 300ms\"");
    out_.lines = read_network(root_);
    auto devices = root_.tables("device", "what the users have");
    if (devices.empty()) root_.wrong("device", "[[device]] is missing: what the users have");
    for (auto& d : devices) device(d);
    return out_;
  }

 private:
  template <class T>
  void number(toml_table& t, char const* key, char const* note, double least, double most, T& to) {
    if (auto const v = t.number(key, note, least, most)) to = T(*v);
  }

  void mail() {
    auto m = root_.table("mail", "what arrives");
    number(m, "per_day", "messages for each user", 0, 1e6, out_.arrivals_per_day);
    number(m, "peak_hour", "share of a day's mail in its busiest hour", 0, 1, out_.peak);
    auto sizes = out_.sizes;
    sizes.median = 0;
    for (auto [key, to] : {std::pair{"mean", &sizes.mean}, {"median", &sizes.median}, {"most", &sizes.most}})
      m.words(key, "size of a message", "\"24.5k\" or \"1M\"", *to, read_octets);
    constexpr std::uint64_t largest = 64u << 20;
    for (auto const& [key, size] : {std::pair{"mean", sizes.mean}, {"median", sizes.median}, {"most", sizes.most}})
      if (size > largest) m.wrong(key, fmt::format("{} is 64M at most: each message is made in memory", key));
    if (!root_.has("mail")) return;
    out_.sizes = sizes;
    if (out_.sizes.median == 0) out_.sizes.median = out_.sizes.mean;
  }

  void fill() {
    auto const& m = out_.sizes;
    auto t = root_.table("fill", "what lies in each account at the start, instead of mailbox: `mailrig fill`");
    auto data = read_fill(t, size_quantiles::by_mean(m.median, m.mean, m.most));
    if (!root_.has("fill")) return;
    if (root_.has("mailbox")) root_.wrong("mailbox", "mailbox and [fill] say the same: leave mailbox out");
    if (data.messages == 0) root_.wrong("fill", "[fill] needs messages = 100000: how many an account has");
    out_.fill = std::move(data);
  }

  void day() {
    out_.day = root_.numbers("day", "24 weights, from midnight on", 0, 1e9);
    if (!root_.has("day")) return;
    auto const most = out_.day.empty() ? 0 : *std::ranges::max_element(out_.day);
    if (out_.day.size() != 24 || most <= 0)
      return root_.wrong("day", "day has 24 weights from midnight on, none below 0, and one above");
    for (auto& w : out_.day) w /= most;
  }

  /// "headers new" -> a step of that protocol.
  std::vector<step> steps(toml_table& t, char const* key, char const* note, history::protocol proto) {
    std::vector<step> out;
    for (auto const& said : t.texts(key, note)) {
      auto const words = base::words(said);
      auto const* kind = words.empty() ? nullptr : base::registry<step_kind>::find(words[0]);
      if (!kind || kind->proto != proto) {
        t.wrong(key,
                fmt::format("'{}' is no step of {}; `mailrig list steps` shows them", said, history::name_of(proto)));
        continue;
      }
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
    if (auto const box = mailbox_of(*s.kind, s.words); !box.empty()) note_box(std::string(box));
  }

  void device(toml_table& t) {
    device_kind d;
    d.name = t.text("name", "as reports call it", "");
    if (d.name.empty()) t.wrong("name", "name = \"phone\" is missing");
    bool const imap = t.choice("protocol", "what it speaks", {"imap", "pop3"}) == "imap";
    d.proto = imap ? history::protocol::imap : history::protocol::pop3;
    auto const connects = t.choice("connects", "once a session, or anew for each act",
                                   imap ? std::vector<std::string_view>{"session", "each-act"}
                                        : std::vector<std::string_view>{"each-act", "session"});
    d.stays = connects == "session" ? presence::session : presence::each_act;
    if (!imap && d.stays == presence::session)
      t.wrong("connects", "a POP3 device connects for each-act: a session would hold the maildrop");
    d.idles = t.flag("idle", "waits by IDLE between its acts");
    d.mailbox = t.text("mailbox", "what it selects", d.mailbox);
    note_box(d.mailbox);
    auto const way =
        t.choice("resync", "how it finds again what it had; best: as well as the server lets it", resync_ways());
    if (way != "none" && (!imap || d.mailbox.empty()))
      t.wrong("resync", "resync is for an IMAP device that selects a mailbox");
    else
      d.resync = resync_program(way, d.mailbox);
    number(t, "per_user", "how many of it a user has, e.g. 0.4", 0, 100, d.per_user);
    number(t, "connections", "that it holds at once", 1, 16, d.connections);
    times(t, d);
    link(t, d);
    d.waits = read_backoff(t.table("backoff", "instead of the profile's, for this device"), waits_);
    d.start = steps(t, "start", "steps right after login", d.proto);
    for (auto& a : t.tables("act", "what it does")) doing(a, d);
    if (d.acts.empty() && d.stays == presence::each_act)
      t.wrong("act", "a device that connects for each act needs [[device.act]]");
    out_.devices.push_back(std::move(d));
  }

  void times(toml_table& t, device_kind& d) {
    constexpr auto* example = "\"30s\", \"exp 5m\" or \"uniform 10s 20s\"";
    t.words("think", "time between acts", example, d.think, read_span);
    t.words("away", "time between sessions", example, d.away, read_span);
    t.words("session", "length of a session", example, d.session, read_span);
  }

  void link(toml_table& t, device_kind& d) {
    d.link = out_.lines.link;
    d.failures = out_.lines.failures;
    auto l = t.table("link", "its line");
    read_line(l, d.link, d.failures);
  }

  void doing(toml_table& t, device_kind& d) {
    act a;
    a.name = t.text("name", "as reports call it", fmt::format("{}-{}", d.name, d.acts.size() + 1));
    a.steps = steps(t, "do", "its steps: `mailrig list steps`", d.proto);
    if (!t.has("do")) t.wrong("do", "do = [\"headers new\", ...] is missing");
    t.words("every", "its timetable", "\"5m\"", a.every, base::read_duration);
    if (a.every && *a.every < std::chrono::milliseconds(1)) t.wrong("every", "every is 1ms at least");
    number(t, "weight", "of acts that come by chance", 0, 1000, a.weight);
    if (!a.every && a.weight == 0) a.weight = 1;
    if (a.every && a.weight > 0) t.wrong("weight", "an act comes by its timetable (every) or by chance (weight)");
    if (a.weight > 0 && d.think.mean() <= base::duration::zero())
      t.wrong("weight", "acts by chance need think = \"exp 30s\" in their device");
    d.acts.push_back(std::move(a));
  }

  toml_table root_;
  profile out_;
  backoff waits_;
};

}  // namespace

bool profile::plays_changes() const {
  auto changes = [](step const& s) { return !s.kind->read_only; };
  return arrivals_per_day > 0 || std::ranges::any_of(devices, [&](device_kind const& d) {
           return std::ranges::any_of(d.start, changes) ||
                  std::ranges::any_of(d.acts, [&](act const& a) { return std::ranges::any_of(a.steps, changes); });
         });
}

bool profile::changes_mail() const { return mailbox > 0 || fill || !boxes.empty() || plays_changes(); }

fill_data fill_of(profile const& p) {
  fill_data out;
  out.messages = p.mailbox;
  out.folders = {{"INBOX", 1, 0, 1}};
  out.sizes = size_quantiles::by_mean(p.sizes.median, p.sizes.mean, p.sizes.most);
  if (p.fill) out = *p.fill;
  for (auto const& box : p.boxes)
    if (std::ranges::find(out.folders, box, &folder_branch::name) == out.folders.end())
      out.folders.push_back({box, 0, 0, 1});
  return out;
}

std::vector<scenario::toml_key> profile_keys() {
  auto const root = toml_table::asked();
  (void)reader(root).read();
  return root.keys_asked();
}

base::result<profile> read_profile(std::filesystem::path const& file) {
  auto const root = toml_table::read(file, "profile");
  if (!root) return root.error();
  auto out = reader(*root).read();
  if (auto bad = root->mistake()) return *bad;
  return out;
}

base::result<std::vector<profile>> read_profiles(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, read_profile);
}

}  // namespace mailrig::load
