// kept_trace: see kept_trace.hpp.
#include "record/kept_trace.hpp"

#include <fmt/format.h>

namespace mailrig::record {
namespace {

constexpr std::size_t most_kept = 512u << 20;

class keeper final : public history::event_sink {
 public:
  std::vector<kept_event> events;
  std::size_t octets = 0;

  void take(history::event const& e) override {
    if ((octets += e.octets.size() + sizeof(kept_event)) <= most_kept)
      events.push_back({e.at, e.session, e.kind, e.proto, std::string(e.octets)});
  }
};

}  // namespace

base::result<kept_trace> read_kept_trace(std::filesystem::path const& file) {
  keeper k;
  std::vector<check::gap> gaps;  // in the header, and where more was lost
  auto read = history::read_trace(file, k, [&gaps](history::trace_header const& header) {
    auto const lacks = header.find(check::gaps_key);
    if (lacks == header.end()) return;
    auto const more = check::read_gaps(lacks->second);
    gaps.insert(gaps.end(), more.begin(), more.end());
  });
  if (!read) return read.error();
  if (k.octets > most_kept)
    return base::fault{
        0, file.string(),
        fmt::format("{} has more than {} MB in it: give it a part of that", file.string(), most_kept >> 20)};
  return kept_trace{file, std::move(read->header), std::move(k.events), std::move(gaps)};
}

}  // namespace mailrig::record
