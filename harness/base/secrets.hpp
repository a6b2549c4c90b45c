// secrets: the passwords and tokens that this run knows, and texts without them. What they are replaced by is the same
// for all, so that it does not show how long they are.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/secret_forms.hpp"

namespace mailrig::base {

/// What stands where a secret stood. A word of protocols in any place, and whole base64: what is judged again is judged
/// as it was.
inline constexpr std::string_view secret_stand_in = "HIDDENSECRET";

/// It can be hidden where it stands as it is. False: it is short, a number, the user's name, or a word of the
/// protocols, and only its coded forms are.
bool can_be_hidden(std::string_view secret, std::string_view user);

/// What a text is, and so what in it is a secret.
enum class reading : std::uint8_t {
  wire,     ///< what clients and servers say
  content,  ///< mail: an ordinary word in it is no secret
  text,     ///< files and terminals: what mailrig says itself has ordinary words, and its own escapes
};

/// What became of a text when its secrets were hidden.
struct hidden {
  std::size_t hits = 0;                       ///< stand-ins that there are now; added to
  std::size_t mark = std::string_view::npos;  ///< a place in the text; then where that is now
};

/// Any thread. Grows only, but for proofs.
///
/// A secret of less than 5 octets, a number of less than 12 digits, a user's name, and a word of the protocols are not
/// told from other text where they stand as they are. One of letters alone, of less than 12 octets, or of 5 octets, is
/// hidden as it is where it stands as a word of its own on the wire. Coded forms (base64, hex, ...) are hidden always,
/// from 4 octets on.
class secret_set {
 public:
  /// `user`: whose; may be empty.
  void add(std::string_view secret, std::string_view user = {});
  /// A digest, in hex or base64, that proves a password to whoever knows it: CRAM-MD5's, APOP's, SCRAM's. Whoever has
  /// it can try one password after another, far from any server. The last thousand or so are known.
  void add_proof(std::string_view proof);
  bool empty() const { return !any_.load(std::memory_order_acquire); }

  /// The text with stand-ins. Line ends within a secret stay.
  std::string hide(std::string_view text, reading as, hidden* what = nullptr) const;
  /// The same for a stream of which more may come: takes from `buffer` what can be told, and leaves what may be the
  /// beginning of a secret. Nothing is left before a line end.
  std::string take(std::string& buffer, reading as, hidden* what = nullptr) const;

  /// Where in mail, at its end, something stands that a secret begins with, which may go on elsewhere; its size: there
  /// is nothing of the kind.
  std::size_t begun_at(std::string_view text) const;
  /// How many octets of `text` end the secret that `begun` begins; 0: none.
  std::size_t ended_in(std::string_view begun, std::string_view text) const;

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct pattern {
    std::uint32_t at, size;  ///< in texts_, in lower case
    std::uint32_t next;      ///< of those with the same start; or none
    bool left, right;
    bool word;     ///< only as a word of its own, and not in mail
    bool in_text;  ///< only in files and on terminals
  };
  struct found {
    std::size_t begin = 0, end = 0;
    pattern const* what = nullptr;
  };
  enum class fit : std::uint8_t { no, cut, yes };

  static constexpr std::size_t most_proofs = 1024;

  void learn(secret_form const& f, bool word, bool in_text);
  void learn_secret(std::string_view secret, std::string_view user);
  void learn_proof(std::string_view proof);
  void forget_old_proofs();
  pattern const* first(std::uint32_t key) const;
  pattern const* after(pattern const& p) const { return p.next == none ? nullptr : &patterns_[p.next]; }
  fit fits(pattern const& p, std::string_view text, std::size_t at, std::size_t& end) const;
  found longest_at(std::uint32_t key, std::string_view text, std::size_t begin, reading as) const;
  found find(std::string_view text, std::size_t from, reading as) const;
  bool begins_here(std::string_view text, std::size_t at, reading as) const;
  std::size_t open_from(std::string_view text, std::size_t from, reading as) const;
  std::size_t pass(std::string_view text, reading as, bool last, std::string& out, hidden* what) const;

  mutable std::shared_mutex mutex_;
  std::atomic<bool> any_{false};
  std::unordered_map<std::string, std::string> known_;  ///< secret -> whose, as it was added first
  std::deque<std::string> proofs_;                      ///< oldest first
  std::string texts_;
  std::vector<pattern> patterns_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_start_;  ///< the first four octets -> a pattern
  std::vector<bool> starts_ = std::vector<bool>(1u << 16);     ///< by a hash of them: whether there is one
  std::set<std::string, std::less<>> short_starts_;            ///< the first one, two and three octets
  std::size_t longest_ = 0;
};

/// Of this process: what leaves it has none of these.
secret_set& known_secrets();

}  // namespace mailrig::base
