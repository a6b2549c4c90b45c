// Parse throughput of the codecs: framing and reading together, as a session does it.
#include <benchmark/benchmark.h>

#include <string>

#include "wire/imap/framer.hpp"
#include "wire/imap/response.hpp"
#include "wire/pop3/reply.hpp"

using namespace mailrig::wire;

namespace {

std::string repeated(std::string const& one, std::size_t octets) {
  std::string out;
  while (out.size() < octets) out += one;
  return out;
}

/// Chunks of 64 KiB, as a socket gives them.
void parse(benchmark::State& state, std::string const& one) {
  auto const stream = repeated(one, one.size() > 500000 ? one.size() * 4 : 1u << 20);
  std::size_t responses = 0, faults = 0;
  imap::response r;
  for (auto _ : state) {
    imap::framer f;
    for (std::size_t at = 0; at < stream.size(); at += 65536)
      f.feed(std::string_view(stream).substr(at, 65536), [&](imap::frame const& x) {
        imap::read(x.octets, r);
        ++responses;
        faults += r.violation.has_value();
      });
  }
  if (faults) state.SkipWithError("a response was not taken");
  state.SetBytesProcessed(std::int64_t(state.iterations()) * std::int64_t(stream.size()));
  state.SetItemsProcessed(std::int64_t(responses));
}

void flags(benchmark::State& s) { parse(s, "* 1234 FETCH (UID 56789 FLAGS (\\Seen \\Answered $Forwarded))\r\n"); }
void tagged_ok(benchmark::State& s) { parse(s, "a1234 OK NOOP completed\r\n"); }
void envelope(benchmark::State& s) {
  parse(s,
        "* 12 FETCH (ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700\" \"IMAP4rev1 WG mtg summary and minutes\" ((\"Terry "
        "Gray\" NIL \"gray\" "
        "\"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" "
        "\"cac.washington.edu\")) "
        "((NIL NIL \"imap\" \"cac.washington.edu\")) ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")) NIL NIL "
        "\"<B27397-0100000@cac.washington.edu>\"))\r\n");
}
void bodystructure(benchmark::State& s) {
  parse(s,
        "* 12 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1152 23 NIL NIL "
        "NIL NIL)(\"APPLICATION\" \"PDF\" "
        "(\"NAME\" \"cc.pdf\") \"<960723163407.20117h@cac.washington.edu>\" \"Compiler diff\" \"BASE64\" 4554 NIL "
        "(\"attachment\" (\"filename\" \"cc.pdf\")) "
        "NIL NIL) \"MIXED\" (\"BOUNDARY\" \"d3438gr7324\") NIL NIL NIL))\r\n");
}
void literal_1mb(benchmark::State& s) {
  parse(s, "* 1 FETCH (BODY[] {1048576}\r\n" + std::string(1048576, 'x') + ")\r\n");
}

void pop3_retr(benchmark::State& state) {
  std::string reply = "+OK\r\n";
  for (int i = 0; i < 16000; ++i) reply += "The engine weaves algebraic patterns just as the loom weaves flowers\r\n";
  reply += ".\r\n";
  for (auto _ : state) {
    pop3::reply_framer f;
    pop3::reply r;
    for (std::size_t at = 0; at < reply.size(); at += 65536) {
      f.feed(std::string_view(reply).substr(at, 65536));
      if (f.next(true, r)) benchmark::DoNotOptimize(pop3::unstuffed(r.body).size());
    }
  }
  state.SetBytesProcessed(std::int64_t(state.iterations()) * std::int64_t(reply.size()));
}

/// The memory's own speed, to compare with in the same run.
void memcpy_1mb(benchmark::State& state) {
  std::string const from(1u << 20, 'x');
  std::string to(from.size(), ' ');
  for (auto _ : state) {
    std::copy(from.begin(), from.end(), to.begin());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(std::int64_t(state.iterations()) * std::int64_t(from.size()));
}

BENCHMARK(tagged_ok);
BENCHMARK(flags);
BENCHMARK(envelope);
BENCHMARK(bodystructure);
BENCHMARK(literal_1mb);
BENCHMARK(pop3_retr);
BENCHMARK(memcpy_1mb);

}  // namespace
