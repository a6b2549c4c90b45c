// append_machine: which messages go into a mailbox by the next command, and what a server's answer means for those that
// follow: MULTIAPPEND (RFC 3502) where it is offered, several APPENDs at once where literals wait for nobody (RFC
// 7888), one after the other otherwise. Without sockets and without a clock; it knows messages by their numbers and
// sizes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::load {

/// What a server announces of it.
struct append_offer {
  bool many = false;        ///< MULTIAPPEND
  bool plus = false;        ///< LITERAL+
  bool minus = false;       ///< LITERAL-: up to 4,096 octets
  std::size_t at_once = 0;  ///< messages of one command (RFC 9738: SAVELIMIT, MESSAGELIMIT); 0: not said
};

/// As much of it as may be used.
append_offer within(append_offer const& offered, append_offer const& allowed);

/// One command. `waits`: for the server's "+" before each literal, and nothing else is under way beside it.
struct append_batch {
  std::vector<std::uint32_t> numbers;
  std::uint64_t octets = 0;
  bool waits = false;
};

/// What is to be done after an answer, before anything else is sent.
enum class append_turn : std::uint8_t {
  go_on,
  create,     ///< the mailbox is not there: CREATE it when all under way is answered, then created()
  reconnect,  ///< what the server takes for commands now may be mail
  stop,       ///< it takes no more: trouble() says why
};

/// One connection. What it has learnt of the server it keeps from one mailbox to the next.
class append_machine {
 public:
  struct bounds {
    std::size_t messages = 64;        ///< of a command, or under way
    std::uint64_t octets = 1u << 20;  ///< likewise; one message may be larger
  };
  explicit append_machine(append_offer offer) : append_machine(offer, bounds()) {}
  append_machine(append_offer offer, bounds most);

  /// These numbers, in this order, into another mailbox. Nothing may be under way.
  void begin(std::vector<std::uint32_t> numbers, std::function<std::uint64_t(std::uint32_t)> size_of);
  /// Sends no more: what has not been asked for is left out.
  void leave_rest() { todo_.clear(); }
  /// The next command, if one may be sent now.
  std::optional<append_batch> next();
  /// Of the oldest command under way: "OK ...", "NO [TOOBIG] ..." without the tag.
  append_turn answered(std::string_view status);
  /// What it asked to be created has been, after everything under way was answered.
  void created() { box_ = box::made; }
  /// The connection has ended, or the server was silent: what was under way may be there or not, so all that was to be
  /// done is forgotten, and begin() comes next, with what is found to be missing. False: it has ended too often.
  bool lost();

  bool is_over() const { return todo_.empty() && under_way_.empty(); }
  std::size_t under_way() const;              ///< messages
  std::uint64_t put() const { return put_; }  ///< messages that a server has said OK to, ever
  std::uint64_t put_octets() const { return put_octets_; }
  std::vector<std::uint32_t> const& too_big() const { return too_big_; }  ///< that it would not take alone, ever
  std::string const& trouble() const { return trouble_; }
  /// "MULTIAPPEND, 64 messages or 1 MiB each".
  std::string way() const;
  /// What it had to do otherwise than it meant to, each once.
  std::vector<std::string> const& notes() const { return notes_; }

 private:
  bool may_come_unasked(std::uint64_t octets) const;
  bool may_join(append_batch const& b, std::uint64_t octets) const;
  append_turn refused(append_batch const& b, std::string_view status);
  append_turn stop(std::string why);
  void put_back(append_batch const& b);
  void fewer(std::size_t than, std::string_view status);
  void note(std::string text);

  append_offer offer_;
  bounds bounds_;
  std::deque<std::uint32_t> todo_;
  std::function<std::uint64_t(std::uint32_t)> size_of_;
  std::deque<append_batch> under_way_;
  std::uint64_t put_ = 0, put_octets_ = 0;
  std::vector<std::uint32_t> too_big_;
  std::vector<std::string> notes_;
  std::string trouble_;
  enum class box : std::uint8_t { unknown, missing, made } box_ = box::unknown;
  unsigned losses_ = 0;  ///< since something was put
};

/// The code of "NO [TOOBIG] ...", upper case, without what follows its name; empty where there is none.
std::string status_code(std::string_view status);

}  // namespace mailrig::load
