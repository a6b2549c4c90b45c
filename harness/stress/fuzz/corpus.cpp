// corpus: see corpus.hpp.
#include "stress/fuzz/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"

namespace mailrig::stress {

std::filesystem::path corpus::run_file() const { return folder_ / fmt::format("{}.run", name_of(proto_)); }

base::result<corpus> corpus::open(std::filesystem::path const& folder, history::protocol proto) {
  corpus out;
  out.folder_ = folder;
  out.proto_ = proto;
  if (auto const can = base::can_write_in(folder); !can) return can.error();
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (auto const& f : std::filesystem::directory_iterator(folder, none)) {
    auto const name = f.path().filename().string();
    if (name.starts_with(name_of(proto)) && name.ends_with(".scn")) files.push_back(f.path());
  }
  std::ranges::sort(files);
  for (auto const& file : files) {
    auto const text = base::read_file(file);
    if (!text) return text.error();
    auto one = read_input(*text, file.string());
    if (!one) return one.error();
    out.inputs_.push_back({std::move(*one), 1, 0});
  }
  return out;
}

base::result<void> corpus::add(input what, std::size_t brought) {
  auto const text = text_of(what);
  inputs_.push_back({std::move(what), brought, 0});
  if (folder_.empty()) return {};
  return base::write_file(folder_ / fmt::format("{}-{:016x}.scn", name_of(proto_), base::fnv1a(text)), text);
}

input const& corpus::choose(base::rng& random) {
  auto const weight = [](kept_input const& k) { return 1 + 8 * std::min<std::size_t>(k.brought, 8) / (1 + k.chosen); };
  std::uint64_t all = 0;
  for (auto const& k : inputs_) all += weight(k);
  auto left = random.below(all);
  for (auto& k : inputs_) {
    if (left < weight(k)) return ++k.chosen, k.what;
    left -= weight(k);
  }
  return inputs_.back().what;
}

base::result<std::optional<corpus::progress>> corpus::last_run() const {
  std::error_code none;
  if (folder_.empty() || !std::filesystem::exists(run_file(), none)) return std::optional<progress>();
  auto const text = base::read_file(run_file());
  if (!text) return text.error();
  auto const words = base::words(std::string_view(*text).substr(0, text->find('\n')));
  auto const seed = words.size() == 4 ? base::number(words[1]) : std::nullopt;
  auto const plays = words.size() == 4 ? base::number(words[3]) : std::nullopt;
  if (!seed || !plays || words[0] != "seed" || words[2] != "plays")
    return base::fault{
        0, run_file().string(),
        fmt::format("{}: should say 'seed N plays N'; without the file the run begins anew", run_file().string())};
  return std::optional<progress>({*seed, *plays});
}

base::result<void> corpus::write(progress const& p) const {
  if (folder_.empty()) return {};
  return base::write_file(run_file(), fmt::format("seed {} plays {}\n", p.seed, p.plays));
}

}  // namespace mailrig::stress
