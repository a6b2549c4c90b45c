// recording: what a proxy heard, kept: a trace file for each user, whose sessions share a mail store, each judged as it
// is written.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "check/client/client_checker.hpp"
#include "check/judge.hpp"
#include "history/redactor.hpp"
#include "history/secret_free.hpp"
#include "history/trace.hpp"
#include "record/redaction.hpp"

namespace mailrig::record {

/// Sessions of one user. One thread.
class account_record {
 public:
  account_record(history::trace_writer trace, std::filesystem::path file, history::catalogue const& requirements,
                 std::vector<check::checker_kind const*> const& checkers);

  void take(history::event const& e);
  /// A number for one more session, and it given back when the session has ended: the next may have it.
  history::session_id number();
  void over(history::session_id id);

  std::filesystem::path const& file() const { return file_; }
  check::judge& judge() { return judge_; }
  std::size_t events() const { return events_; }
  bool written() const { return trace_.good(); }

 private:
  history::trace_writer trace_;
  history::secret_free clean_;
  std::filesystem::path file_;
  check::judge judge_;
  std::vector<bool> taken_;
  std::size_t events_ = 0;
};

/// All of them. One thread.
class recording {
 public:
  /// `heard` is told each finding when it is new. Of `redacted` parts the disk has stand-ins; of users, where names are
  /// hidden, numbers.
  recording(std::filesystem::path folder, history::trace_header header, redacted_parts redacted,
            history::catalogue const& requirements, std::vector<check::checker_kind const*> checkers,
            std::function<void(std::string const& user, history::finding const&)> heard);

  /// What a user is called: their name, or "user-2" where names are hidden; "" are those who never logged in.
  std::string called(std::string const& user);
  /// Sessions of whom called() calls so. The fault says why no file can be written.
  base::result<account_record*> of(std::string const& user);
  void tell_findings(std::string const& user, account_record& of);
  std::map<std::string, std::unique_ptr<account_record>> const& accounts() const { return accounts_; }
  redacted_parts redacted() const { return redacted_; }
  stand_ins& words() { return words_; }

 private:
  std::filesystem::path folder_;
  history::trace_header header_;
  redacted_parts redacted_;
  stand_ins words_;
  std::map<std::string, std::string> called_;
  history::catalogue const& requirements_;
  std::vector<check::checker_kind const*> checkers_;
  std::function<void(std::string const&, history::finding const&)> heard_;
  std::map<std::string, std::unique_ptr<account_record>> accounts_;
  std::map<std::string, std::size_t> told_;
};

/// A session's events on their way to its user's record: kept until it is known whose they are, credentials blotted
/// out.
class session_record {
 public:
  session_record(recording& to, history::protocol proto, std::string server);
  ~session_record();

  void take(base::instant at, history::event_kind kind, std::string_view octets);
  /// It has logged in: what it said belongs to this user. Once.
  void belongs_to(std::string const& user);
  /// Why what comes is not written; empty: it is.
  std::string const& trouble() const { return trouble_; }

 private:
  struct kept {
    base::instant at;
    history::event_kind kind;
    std::string octets;
  };
  void keep(base::instant at, history::event_kind kind, std::string_view octets);
  void hand_on(kept const& k);
  void settle(std::string const& user);

  recording& to_;
  history::protocol proto_;
  std::string server_, user_, trouble_;
  history::redactor redactor_;
  std::unique_ptr<redaction> redaction_;
  std::vector<kept> waiting_;
  std::size_t octets_waiting_ = 0;
  account_record* record_ = nullptr;
  history::session_id id_ = 0;
  base::instant last_{};
  bool ended_ = false;
};

/// A user's name as a file's, without ending.
std::string file_name_of(std::string_view user);

}  // namespace mailrig::record
