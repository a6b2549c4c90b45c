// fill_marks: what tells a message of a filling from all others, and which numbers of a mailbox are there already: a
// field X-Mailrig-Fill with the key of the mailbox and the message's number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::load {

inline constexpr std::string_view fill_field = "X-Mailrig-Fill";
/// What FETCH asks for: the field itself, and the one that all mail of mailrig has.
inline constexpr std::string_view fill_items = "BODY.PEEK[HEADER.FIELDS (X-Mailrig-Fill X-Mailrig-Owner)]";

/// The line, with its end, that a message gets.
std::string fill_mark(std::uint64_t key, std::uint32_t number);
/// "0123456789abcdef.17": before the @ of a Message-ID.
std::string fill_id(std::uint64_t key, std::uint32_t number);

/// Told of each message that lies in a mailbox, says what is missing. The key is its box_seed().
class fill_marks {
 public:
  fill_marks(std::uint64_t key, std::size_t planned) : key_(key), there_(planned) {}

  enum class kind : std::uint8_t {
    mine,      ///< a message of this filling
    mailrigs,  ///< of mailrig's, and not of this filling
    others,
  };
  struct mark {
    kind whose = kind::others;
    std::uint32_t number = 0;  ///< of this filling's
  };
  /// `header`: the fields of fill_items, or a whole header.
  mark read(std::string_view header) const;
  void see(std::string_view header);

  /// Those first and last of `count` messages say that all of it is there and nothing else is.
  bool is_whole(std::uint64_t count, mark const& first, mark const& last) const;
  /// Nothing was looked at, since it is_whole().
  void all_there() { there_.assign(there_.size(), true); }

  std::vector<std::uint32_t> missing() const;
  std::uint64_t twice() const { return twice_; }        ///< of this filling's, more than once
  std::uint64_t mailrigs() const { return mailrigs_; }  ///< of mailrig's, not of this filling
  std::uint64_t others() const { return others_; }

 private:
  std::uint64_t key_;
  std::vector<bool> there_;
  std::uint64_t twice_ = 0, mailrigs_ = 0, others_ = 0;
};

}  // namespace mailrig::load
