// secret_free: hands events on without the secrets that this run knows: between the sessions and what keeps their
// octets. The judge sees them as they came.
//
// A stand-in has one size, and literals are counted: the count of a literal follows what was replaced in it, so that
// the events can be read again. The sizes that a server tells of its mail do not follow: whoever judges the events
// again must not hold them against it from there on, which `lost` tells.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/secrets.hpp"
#include "history/event.hpp"
#include "history/literal_header.hpp"

namespace mailrig::history {

/// What one side says, without secrets, whatever its pieces are.
class secret_free_stream {
 public:
  secret_free_stream(protocol proto, bool server, base::secret_set const& secrets)
      : secrets_(secrets), proto_(proto), server_(server) {}

  /// What may be told now; less than a line, a literal of the server and its header wait for the rest.
  std::string take(std::string_view octets);
  /// What has waited: nothing follows.
  std::string rest();
  bool waits() const { return !pending_.empty() || left_ > 0; }
  /// The client's literal is refused, if none of it was sent.
  void refused();
  /// Mail had a secret in it since this was last asked.
  bool hid_mail() { return std::exchange(hid_mail_, false); }
  /// A literal had a piece of a secret in it.
  bool hid_piece() const { return hid_piece_; }

 private:
  std::optional<literal_header> announced(std::string_view line) const;
  bool whole_line(std::string& out);
  bool literal(std::string& out);
  std::string without_pieces(std::string_view text, base::hidden& what);
  void part_of_line(std::string& out);
  void tell_line(std::string_view line, std::string& out);
  bool fill(std::string& out);
  std::string_view waiting() const { return std::string_view(pending_).substr(from_); }
  void let_go_of_told() { pending_.erase(0, std::exchange(from_, 0)); }

  base::secret_set const& secrets_;
  protocol proto_;
  bool server_;
  std::string pending_;     ///< what came and is not told yet
  std::size_t from_ = 0;    ///< of it: what stands before is told; only within take()
  std::string head_;        ///< what the current line begins with
  std::string after_;       ///< of the header of a literal, behind its digits
  std::uint64_t left_ = 0;  ///< of the literal's octets
  bool begun_ = false;      ///< the literal's header is told already, and so its count
  bool untouched_ = false;  ///< none of the literal has come
  bool hid_mail_ = false, hid_piece_ = false;
  std::string begun_secret_;  ///< what the last literal ended with, if a secret begins so
};

/// Events in, events out; those that have no octets to tell yet wait. One thread.
class secret_free final : public event_sink {
 public:
  /// `lost`: from here on octets of mail are stand-ins. `to` outlives it.
  explicit secret_free(event_sink& to, std::function<void(session_id, base::instant)> lost = {},
                       base::secret_set const& secrets = base::known_secrets())
      : to_(to), lost_(std::move(lost)), secrets_(secrets) {}
  void take(event const& e) override;

 private:
  struct sides {
    secret_free_stream client, server;
  };
  void tell(event const& e, std::string const& octets, secret_free_stream& from);
  void octets(event const& e, sides& s);

  event_sink& to_;
  std::function<void(session_id, base::instant)> lost_;
  base::secret_set const& secrets_;
  std::map<session_id, sides> sessions_;
};

}  // namespace mailrig::history
