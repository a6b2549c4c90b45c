// inventory: how each requirement stands: proven by a defect that was found, exercised only, or why neither.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "history/requirement.hpp"
#include "scenario/script.hpp"

namespace mailrig::app {

/// Requirement -> ids of scenarios, and "checker.rule" names, that say they prove it.
std::map<std::string, std::vector<std::string>> claimants(std::vector<scenario::script> const& scripts);

/// A defect that breaks the requirement was found by what claims to prove it.
struct proof {
  std::string defect;
  std::string by;     ///< "checker.rule", or "expect": a step of the scenario
  std::string where;  ///< the scenario or workload in which it was found
};
/// Requirement -> proof: `folder`/proofs.tsv, which ci/mutation and ci/together write. No file: nothing is proven.
base::result<std::map<std::string, proof>> read_proofs(std::filesystem::path const& folder,
                                                       history::catalogue const& requirements);

/// Why nothing proves a requirement: `folder`/unproven.tsv, "id<TAB>reason" lines; an id may end in "*".
base::result<std::map<std::string, std::string>> excuses(std::filesystem::path const& folder,
                                                         history::catalogue const& requirements);
/// The reason for one requirement; empty when there is none.
std::string excuse_for(std::map<std::string, std::string> const& excuses, std::string const& id);
/// A requirement on a server in one of the RFCs that mailrig covers whole, testable at least in part.
bool is_ours(history::requirement const& r);

/// All of it for one requirement, in the words of `mailrig list requirements`.
struct standing {
  std::string state;   ///< "proven", "exercised", "reason", "open", "client", "untestable"
  std::string detail;  ///< who found which defect, who exercises it, or the reason
};
class inventory {
 public:
  /// What lies in `folder`: a fault says file and line.
  static base::result<inventory> read(std::filesystem::path const& folder, history::catalogue const& requirements,
                                      std::vector<scenario::script> const& scripts);
  standing of(history::requirement const& r) const;
  std::vector<std::string> claimed_by(std::string const& id) const;
  proof const* proof_of(std::string const& id) const;
  std::string excuse(std::string const& id) const { return excuse_for(excuses_, id); }

 private:
  std::map<std::string, std::vector<std::string>> claimants_;
  std::map<std::string, proof> proofs_;
  std::map<std::string, std::string> excuses_;
};

}  // namespace mailrig::app
