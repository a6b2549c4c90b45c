// case_play: see case_play.hpp.
#include "play/case_play.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/run_end.hpp"
#include "base/scratch_folder.hpp"
#include "play/case_server.hpp"
#include "play/case_trace.hpp"
#include "play/case_verdict.hpp"

namespace mailrig::play {
namespace {

namespace fs = std::filesystem;
using history::verdict;

/// Why this client is not put to it; empty: it is.
std::string no_case_for(client_case const& c, client_file const& client) {
  if (!client.protocols.contains(c.proto)) return fmt::format("it does not speak {}", history::name_of(c.proto));
  if (!client.securities.contains(c.secured)) return fmt::format("it has no words for TLS '{}'", name_of(c.secured));
  if (!c.between.empty() && !client.remembers) return "each of its runs brings all mail anew";
  return {};
}

words words_for(client_case const& c, client_file const& client, case_server const& server, fs::path const& dir,
                fs::path const& folder) {
  using history::protocol;
  bool const implicit = c.secured == security::implicit;
  auto const port = [&](protocol p, bool tls) { return std::to_string(server.port(p, tls)); };
  words out{{"host", "localhost"},
            {"imap_port", port(protocol::imap, false)},
            {"imaps_port", port(protocol::imap, true)},
            {"pop3_port", port(protocol::pop3, false)},
            {"pop3s_port", port(protocol::pop3, true)},
            {"port", port(c.proto, implicit)},
            {"protocol", client.protocols.at(c.proto)},
            {"user", case_user},
            {"password", case_password},
            {"dir", dir.string()},
            {"ca", (folder / "ca.pem").string()}};
  out["tls"] = filled(client.securities.at(c.secured), out);
  return out;
}

base::result<void> lay_out(client_file const& client, words const& v, fs::path const& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  for (auto const& f : client.folders) fs::create_directories(dir / f, error);
  if (error) return base::fault{0, dir.string(), error.message()};
  for (auto const& f : client.files) {
    auto const file = dir / f.path;
    if (auto const done = base::write_file(file, filled(f.text, v)); !done) return done.error();
    fs::permissions(file, fs::perms(0600), error);
  }
  return {};
}

/// What ran, and what lies where afterwards.
base::result<case_outcome> run_all(client_case const& c, case_setting const& s, fs::path const& folder) {
  auto server = case_server::start(c, s.mail, folder, s.requirements);
  if (!server) return server.error();
  auto const dir = folder / "home";
  auto const v = words_for(c, s.client, **server, dir, folder);
  if (auto const done = lay_out(s.client, v, dir); !done) return done.error();
  case_outcome out;
  client_limits limits;
  limits.time = s.client.within;
  limits.memory = s.client.memory << 20;
  for (std::size_t run = 0; run <= c.between.size(); ++run) {
    if (run > 0)
      if (auto const done = (*server)->box().apply(c.between[run - 1]); !done) return done.error();
    auto ended = run_client(filled(s.client.run, v), dir, folder / "client.log", limits, [&] { (*server)->work(); });
    if (!ended) return ended.error();
    out.end = std::move(*ended);
    if (out.end.killed() || out.end.signal) break;
  }
  (*server)->settle();
  out.given = (*server)->box().given();
  out.past = (*server)->box().past();
  out.left = (*server)->box().mail();
  if (auto const* script = (*server)->script()) out.script = *script;
  auto kept = read_kept_mail(s.client.mail, dir);
  if (!kept) return kept.error();
  out.kept = std::move(*kept);
  return out;
}

void keep_traces(client_case const& c, fs::path const& from, fs::path const& to) {
  std::error_code none;
  for (auto const& entry : fs::directory_iterator(from, none)) {
    auto const place = to / c.id;
    fs::create_directories(place, none);
    fs::copy_file(entry.path(), place / entry.path().filename(), fs::copy_options::overwrite_existing, none);
  }
}

/// Of a long conversation.
std::vector<history::transcript_line> beginning_and_end(std::vector<history::transcript_line> all) {
  constexpr std::size_t each = 150;
  if (all.size() <= 2 * each) return all;
  auto const left_out = all.size() - 2 * each;
  all.erase(all.begin() + each, all.end() - each);
  all[each].text = fmt::format("({} lines are left out here) {}", left_out, all[each].text);
  return all;
}

history::scenario_result in_error(history::scenario_result r, std::string const& why) {
  r.outcome = verdict::error;
  r.reason = why;
  return r;
}

}  // namespace

history::scenario_result play_case(client_case const& c, case_setting const& s) {
  history::scenario_result r;
  r.id = c.id;
  r.title = c.title;
  r.file = c.file;
  r.proves = c.proves;
  if (r.reason = no_case_for(c, s.client); !r.reason.empty()) return r;
  auto const began = base::now();
  auto const folder = base::scratch_folder::make("mailrig-client");
  if (!folder) return in_error(std::move(r), folder.error().text);
  auto outcome = run_all(c, s, folder->path());
  if (!outcome) return in_error(std::move(r), fmt::format("{}: {}", outcome.error().rule, outcome.error().text));
  if (outcome->end.interrupted) return in_error(std::move(r), base::end_words());
  auto trace = case_trace::read(folder->path() / "trace", s.requirements);
  if (!trace) return in_error(std::move(r), trace.error().text);
  if (!s.trace_folder.empty()) keep_traces(c, folder->path() / "trace", s.trace_folder);
  r.took = base::now() - began;
  r.sessions = trace->sessions;
  r.findings = case_findings(c, s.client, *outcome, *trace);
  r.outcome = verdict::pass;
  for (auto const& f : r.findings) r.outcome = history::worse(r.outcome, f.outcome);
  if (r.findings.empty() && outcome->script && !outcome->script->finished) {
    r.outcome = verdict::skip;
    r.reason = fmt::format("the client did not come so far: line {} of the script, which waits for: {}",
                           outcome->script->furthest, outcome->script->waiting);
  }
  if (r.findings.empty()) return r;
  r.transcript = beginning_and_end(std::move(trace->transcript));
  r.notes.push_back(fmt::format("it ended with status {} after {:.1f} s, having held {} MB at most",
                                outcome->end.status, std::chrono::duration<double>(outcome->end.took).count(),
                                outcome->end.most_memory >> 20));
  if (!outcome->end.said.empty()) r.notes.push_back("it printed: " + outcome->end.said);
  return r;
}

}  // namespace mailrig::play
