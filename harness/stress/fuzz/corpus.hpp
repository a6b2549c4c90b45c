// corpus: the inputs that met an answer which no other had, in a folder: one scenario file each, and how far the run
// has come, so that another goes on where it stopped.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "stress/fuzz/input.hpp"

namespace mailrig::stress {

struct kept_input {
  input what;
  std::size_t brought = 0;  ///< so much was new with it
  std::size_t chosen = 0;   ///< so often another was made of it
};

class corpus {
 public:
  /// In memory only.
  corpus() = default;
  /// Reads what the folder has of that protocol, by name; makes it. The fault names the file that is wrong.
  static base::result<corpus> open(std::filesystem::path const& folder, history::protocol proto);

  /// Written at once, whole or not at all; the same input twice is one.
  base::result<void> add(input what, std::size_t brought);
  /// Prefers what brought much and was chosen seldom. Not of an empty corpus.
  input const& choose(base::rng& random);
  bool empty() const { return inputs_.empty(); }
  std::size_t size() const { return inputs_.size(); }
  input const& at(std::size_t i) const { return inputs_[i].what; }

  /// Of the run that this folder belongs to.
  struct progress {
    std::uint64_t seed = 0;
    std::uint64_t plays = 0;  ///< with inputs that were drawn
  };
  /// Nothing: no run has been here.
  base::result<std::optional<progress>> last_run() const;
  base::result<void> write(progress const& p) const;

 private:
  std::filesystem::path run_file() const;

  std::filesystem::path folder_;
  history::protocol proto_ = history::protocol::imap;
  std::vector<kept_input> inputs_;
};

}  // namespace mailrig::stress
