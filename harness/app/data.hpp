// data: where scenarios, profiles, workloads, servers and mail lie: what is shipped with the program, and folders of
// the user's own, which add to it and override what has the same name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/requirement.hpp"
#include "load/profile.hpp"
#include "play/client_case.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"
#include "scenario/server_process.hpp"
#include "stress/cost/growing_input.hpp"
#include "stress/workload.hpp"

namespace mailrig::app {

/// The folder that is shipped has scenarios/ (with profiles/, workloads/ and requirements.tsv), fixtures/ and reports/.
/// One of the user's own may have scenarios/, profiles/, workloads/, costs/, servers/, clients/, client-cases/, mail/,
/// targets/ and requirements.tsv; of several the later wins. Immutable; any thread. Faults have the file in their text.
class data_folders {
 public:
  data_folders() = default;
  data_folders(std::filesystem::path shipped, std::vector<std::filesystem::path> own)
      : shipped_(std::move(shipped)), own_(std::move(own)) {}

  std::filesystem::path const& shipped() const { return shipped_; }
  std::vector<std::filesystem::path> const& own() const { return own_; }

  base::result<history::catalogue> requirements() const;
  base::result<std::vector<scenario::script>> scenarios() const;
  base::result<std::vector<load::profile>> profiles() const;
  /// What they claim to prove stands in `requirements`.
  base::result<std::vector<stress::workload>> workloads(history::catalogue const& requirements) const;
  /// What servers are asked in ever larger sizes.
  base::result<std::vector<stress::growing_input>> growing_inputs() const;
  std::vector<scenario::server_description> servers() const;
  /// Mail clients that are described, and what they are put to.
  base::result<std::vector<play::client_file>> clients() const;
  base::result<std::vector<play::client_case>> client_cases() const;
  scenario::mailroom mail() const;
  /// The user's target files, by name.
  std::vector<std::filesystem::path> targets() const;
  /// `folder`/`name` in the last of the user's folders that has it; otherwise where it is shipped.
  std::filesystem::path file(std::string const& folder, std::string const& name) const;

 private:
  std::filesystem::path shipped_;
  std::vector<std::filesystem::path> own_;
};

/// What a mailrig.toml in the working folder or above it says.
struct own_settings {
  std::vector<std::filesystem::path> data;
  std::string target;  ///< what --target is without that option; may be empty
};
base::result<own_settings> find_own_settings(std::filesystem::path const& from);

/// What is shipped, then the folders of mailrig.toml, of $MAILRIG_DATA (between colons) and of `named` (--data). One
/// that has all that is shipped takes its place. The fault names the folder that is not there.
base::result<data_folders> find_data(std::vector<std::string> const& named, own_settings const& own);

/// What this run works with. Set once, before any subcommand runs; read by any thread afterwards.
void use_data(data_folders folders, std::vector<std::string> named);
data_folders const& data();
/// The --data options that were given, as a shell takes them, each with a space before it.
std::string spelled_data();
std::vector<std::string> const& named_data();

/// What --target is without that option: set once, before the options are declared.
void use_default_target(std::string target);
std::string const& default_target();

}  // namespace mailrig::app
