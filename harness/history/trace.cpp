// trace: see trace.hpp. Octets are written as Latin-1 code points, so every octet has one form and ASCII stays legible.
#include "history/trace.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/run_end.hpp"

namespace mailrig::history {
namespace {

constexpr std::size_t longest_line = 256u << 20;
constexpr std::uint64_t most_sessions = 1u << 20;
constexpr char const* limit_key = "mailrig-trace-limit";
constexpr char const* gaps_key = "incomplete";

void append_quoted(std::string& out, std::string_view octets) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (char c : octets) {
    auto const u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (u < 0x20 || u >= 0x7F) {
      out += "\\u00";
      out += hex[u >> 4];
      out += hex[u & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// UTF-8 of code points below 256 back to octets; anything else is not ours.
bool to_octets(std::string const& utf8, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto const u = static_cast<unsigned char>(utf8[i]);
    if (u < 0x80) {
      out += char(u);
    } else if ((u == 0xC2 || u == 0xC3) && i + 1 < utf8.size()) {
      out += char(((u & 3) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3F));
    } else {
      return false;
    }
  }
  return true;
}

base::result<event> to_event(nlohmann::json const& j, std::string& octets) {
  static constexpr std::array kinds{event_kind::opened,  event_kind::sent,     event_kind::received,
                                    event_kind::secured, event_kind::deflated, event_kind::ended};
  if (!j.is_object() || !j.contains("t") || !j["t"].is_number_integer() || !j.contains("s") ||
      !j["s"].is_number_unsigned() || !j.contains("k") || !j["k"].is_string() || !j.contains("o") ||
      !j["o"].is_string())
    return base::fault{0, {}, "an event needs t (ns), s (session), k (kind) and o (octets)"};
  event e;
  e.at = base::instant(j["t"].get<std::int64_t>());
  auto const session = j["s"].get<std::uint64_t>();
  if (session >= most_sessions)
    return base::fault{0, {}, fmt::format("session {}; sessions are numbered below {}", session, most_sessions)};
  e.session = session_id(session);
  e.proto = j.value("p", "imap") == "pop3" ? protocol::pop3 : protocol::imap;
  auto const kind = j["k"].get<std::string>();
  auto const* found = std::ranges::find(kinds, kind, [](event_kind k) { return name_of(k); });
  if (found == kinds.end()) return base::fault{0, {}, "unknown event kind '" + kind + "'"};
  e.kind = *found;
  if (!to_octets(j["o"].get<std::string>(), octets)) return base::fault{0, {}, "octets above \\u00ff"};
  e.octets = octets;
  return e;
}

}  // namespace

base::result<trace_writer> trace_writer::open(std::filesystem::path const& file, trace_header const& header,
                                              std::shared_ptr<trace_budget> budget) {
  trace_writer w;
  w.budget_ = std::move(budget);
  if (file.has_parent_path()) {
    std::error_code ignored;  // the open below reports what matters
    std::filesystem::create_directories(file.parent_path(), ignored);
  }
  errno = 0;
  w.out_.open(file, std::ios::binary | std::ios::trunc);
  if (!w.out_)
    return base::fault{0, file.string(), fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno))};
  nlohmann::json head = {{"mailrig-trace", trace_version}};
  for (auto const& [key, value] : header) head[key] = value;
  w.out_ << head.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n' << std::flush;
  if (!w.good())
    return base::fault{0, file.string(), fmt::format("{} could not be written: is its disk full?", file.string())};
  return w;
}

void trace_writer::take(event const& e) {
  if (over_) return;
  std::string line;
  line.reserve(e.octets.size() + 80);
  fmt::format_to(std::back_inserter(line), R"({{"t":{},"s":{},"p":"{}","k":"{}","o":)", e.at.count(), e.session,
                 name_of(e.proto), name_of(e.kind));
  append_quoted(line, e.octets);
  line += "}";
  write(std::move(line));
}

void trace_writer::lacks(std::string_view gaps) {
  if (!over_) write(nlohmann::json{{gaps_key, gaps}}.dump());
}

void trace_writer::write(std::string line) {
  if (budget_ && !budget_->spend(line.size() + 1)) {
    over_ = true;
    line = nlohmann::json{{limit_key, budget_->limit()},
                          {"words", "the limit of octets for traces is reached: what came after is not here"}}
               .dump();
  }
  out_ << line << '\n' << std::flush;
}

base::result<trace_summary> read_trace(std::filesystem::path const& file, event_sink& sink,
                                       std::function<void(trace_header const&)> const& begin) {
  auto const opened = base::open_to_read(file);
  if (!opened) return opened.error();
  auto& in = **opened;
  trace_summary out;
  std::string line, octets;
  for (std::size_t number = 1; base::next_line(in, line, longest_line); ++number) {
    auto const whole = !in.eof();  // a line without its newline was being written when the writer died
    auto fault = [&](std::string text) {
      return base::fault{number, file.string(), fmt::format("{}: line {}: {}", file.string(), number, text)};
    };
    if (base::run_end::flag()) return fault(base::end_words() + " before it was read to its end");
    if (line.size() > longest_line)
      return fault(fmt::format("longer than {} MB, which no event is", longest_line >> 20));
    auto const j = nlohmann::json::parse(line, nullptr, false);
    if (j.is_discarded() && !whole && number > 1) {
      out.cut_short = true;
      break;
    }
    if (j.is_discarded()) return fault("not JSON");
    if (number == 1) {
      if (!j.is_object() || j.value("mailrig-trace", 0) == 0)
        return fault("not a mailrig trace (no \"mailrig-trace\" header)");
      if (j["mailrig-trace"] != trace_version)
        return fault(fmt::format("trace version {}, this program reads {}", j["mailrig-trace"].dump(), trace_version));
      for (auto const& [key, value] : j.items())
        if (value.is_string()) out.header[key] = value.get<std::string>();
      if (begin) begin(out.header);
      continue;
    }
    if (j.is_object() && j.contains(limit_key)) {
      out.limited = true;
      break;
    }
    if (j.is_object() && j.size() == 1 && j.contains(gaps_key) && j[gaps_key].is_string()) {
      if (begin) begin({{gaps_key, j[gaps_key].get<std::string>()}});
      continue;
    }
    auto const e = to_event(j, octets);
    if (!e) return fault(e.error().text);
    sink.take(*e);
    ++out.events;
  }
  if (out.header.empty() && out.events == 0)
    return base::fault{0, file.string(), fmt::format("{} is empty; a trace begins with a header", file.string())};
  return out;
}

}  // namespace mailrig::history
