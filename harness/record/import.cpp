// import: see import.hpp.
#include "record/import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/file.hpp"
#include "check/client/client_checker.hpp"
#include "history/redactor.hpp"
#include "model/conversation.hpp"
#include "record/login_name.hpp"
#include "record/pasted.hpp"

namespace mailrig::record {

using history::event_kind;

namespace {

constexpr std::uintmax_t largest_file = 1u << 30;

base::result<log_file> read_log_file(std::filesystem::path const& path) {
  std::error_code none;
  auto const size = std::filesystem::file_size(path, none);
  if (!none && size > largest_file)
    return base::fault{0, path.string(),
                       "is larger than 1 GiB; split it by connections or cut out the time in question"};
  auto octets = base::read_file(path, largest_file);
  if (!octets) return base::fault{0, path.string(), octets.error().text};
  return log_file{path, std::move(*octets)};
}

struct named_file {
  std::filesystem::path path;
  bool itself = true;  ///< not found in a folder
};

std::vector<named_file> files_in(std::vector<std::filesystem::path> const& given) {
  std::vector<named_file> out;
  for (auto const& path : given) {
    std::error_code none;
    if (!std::filesystem::is_directory(path, none)) {
      out.push_back({path, true});
      continue;
    }
    std::vector<std::filesystem::path> inside;
    for (auto it = std::filesystem::recursive_directory_iterator(path, none); it != decltype(it)();
         it.increment(none)) {
      if (none) break;
      if (it->is_regular_file(none)) inside.push_back(it->path());
    }
    std::ranges::sort(inside);
    for (auto& p : inside) out.push_back({std::move(p), false});
  }
  return out;
}

std::string known_names() {
  std::vector<std::string_view> names;
  for (auto const* k : base::registry<importer>::all()) names.push_back(k->name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

base::result<imported> import(std::vector<std::filesystem::path> const& given, std::string_view named) {
  imported out;
  auto const* fixed = named.empty() ? nullptr : base::registry<importer>::find(named);
  if (!named.empty() && !fixed)
    return base::fault{0, "format", fmt::format("'{}' is none of: {}", named, known_names())};
  std::vector<std::pair<importer const*, std::vector<log_file>>> groups;
  std::set<std::filesystem::path> from_folders;
  for (auto const& file : files_in(given)) {
    auto log = read_log_file(file.path);
    if (!log) return log.error();
    // A suite's script is none that was pasted: what looks like a page's or Markdown's marks there is its own.
    auto const* suite = fixed ? nullptr : recognise(*log);
    auto const* kind = fixed ? fixed : suite && suite->rewrite ? suite : recognise_pasted(*log);
    if (!file.itself) from_folders.insert(file.path);
    if (!kind && !file.itself) {
      // A script's mail goes along with it.
      if (file.path.extension() == ".mbox") continue;
      out.unread.push_back(fmt::format("{}: not recognised", file.path.string()));
      continue;
    }
    if (!kind)
      return base::fault{0, at_line(file.path, 1),
                         fmt::format("no known log begins so; name its format (mailrig import FORMAT FILE), one of: {}",
                                     known_names())};
    auto const group = std::ranges::find(groups, kind, &decltype(groups)::value_type::first);
    if (group == groups.end())
      groups.push_back({kind, {std::move(*log)}});
    else
      group->second.push_back(std::move(*log));
  }
  for (auto const& [kind, files] : groups) {
    out.kinds.emplace_back(kind->name);
    if (kind->rewrite) {
      for (auto const& file : files) {
        auto script = kind->rewrite(file);
        if (!script && from_folders.contains(file.path)) {
          out.unread.push_back(fmt::format("{}: {}", file.path.string(), script.error().text));
          continue;
        }
        if (!script) return script.error();
        out.scenarios.push_back(std::move(*script));
      }
      continue;
    }
    auto found = kind->read(files);
    if (!found) return found.error();
    for (auto const& d : *found) out.sessions.push_back(restore(d));
  }
  if (out.sessions.empty() && out.scenarios.empty()) {
    constexpr std::ptrdiff_t told = 5;
    auto const end = out.unread.begin() + std::min(told, std::ssize(out.unread));
    return base::fault{0, given.empty() ? "FILE" : given.front().string(),
                       fmt::format("has no log in it that is known{}{}{}", out.unread.empty() ? "" : ": ",
                                   fmt::join(out.unread.begin(), end, "; "), end == out.unread.end() ? "" : " ...")};
  }
  return out;
}

namespace {

/// Where each session's own axis begins on the trace's: sessions whose times are the log's share one, which begins with
/// the first of them; the others begin together with it.
std::vector<base::instant> zeros_of(std::vector<restored> const& sessions) {
  auto least = base::instant::max();
  for (auto const& s : sessions)
    if (s.timed && !s.events.empty()) least = std::min(least, s.events.front().at);
  std::vector<base::instant> out;
  for (auto const& s : sessions) out.push_back(s.timed || s.events.empty() ? least : s.events.front().at);
  return out;
}

/// Names for accounts that tell nothing of whose they are.
std::vector<std::string> accounts_of(std::vector<restored> const& sessions) {
  std::vector<std::string> known, out;
  for (auto const& s : sessions) {
    auto at = s.account.empty() ? known.end() : std::ranges::find(known, s.account);
    auto const place = at - known.begin();
    if (at == known.end()) known.push_back(s.account);
    out.push_back(fmt::format("user{}", place + 1));
  }
  return out;
}

}  // namespace

history::trace_header header_of(imported const& from) {
  history::trace_header out;
  std::vector<check::gap> gaps;
  std::string names, notes;
  auto const zeros = zeros_of(from.sessions);
  for (std::size_t i = 0; i < from.sessions.size(); ++i) {
    auto const& s = from.sessions[i];
    names += (i ? " " : "") + s.name;
    for (auto g : s.gaps) {
      g.session = history::session_id(i);
      g.at -= zeros[i];
      gaps.push_back(g);
    }
    for (auto const& n : s.notes) notes += (notes.empty() ? "" : "\n") + n;
  }
  out[check::client_key] = "imported";
  out["imported"] = fmt::format("{}", fmt::join(from.kinds, " "));
  out["sessions"] = names;
  if (!gaps.empty()) out[check::gaps_key] = check::written(gaps);
  if (!notes.empty()) out["notes"] = notes;
  return out;
}

namespace {

/// What the clients prove themselves by, before anything of what the servers say about it is told.
void keep_secret(imported const& from) {
  for (auto const& s : from.sessions) {
    model::conversation talk(0, s.proto, {});
    login_name who;
    for (auto const& e : s.events) {
      if (e.kind == event_kind::sent) who.sent(e.octets, talk);
      talk.take({e.at, 0, e.kind, s.proto, e.octets}, who);
    }
  }
}

}  // namespace

void replay(imported const& from, history::event_sink& sink) {
  struct place {
    base::instant at;
    std::size_t session, event;
  };
  auto const zeros = zeros_of(from.sessions);
  auto const accounts = accounts_of(from.sessions);
  std::vector<place> order;
  for (std::size_t s = 0; s < from.sessions.size(); ++s) {
    auto const& session = from.sessions[s];
    for (std::size_t e = 0; e < session.events.size(); ++e) order.push_back({session.events[e].at - zeros[s], s, e});
  }
  std::ranges::stable_sort(order, {}, &place::at);
  keep_secret(from);
  std::vector<history::redactor> redactors;
  for (auto const& s : from.sessions) redactors.emplace_back(s.proto);
  for (auto const& p : order) {
    auto const& session = from.sessions[p.session];
    auto const& e = session.events[p.event];
    auto& redactor = redactors[p.session];
    std::string_view octets = e.octets;
    auto const opened = accounts[p.session] + " log";
    if (e.kind == event_kind::opened) octets = opened;
    if (e.kind == event_kind::sent) octets = redactor.sent(octets);
    if (e.kind == event_kind::received) redactor.received(octets);
    sink.take({p.at, history::session_id(p.session), e.kind, session.proto, octets});
  }
}

}  // namespace mailrig::record
