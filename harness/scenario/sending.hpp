// sending: how a script's lines leave: tags added, values filled in, literals waiting for their "+", raw octets cut up.
#pragma once

#include <cstdint>
#include <functional>

#include "scenario/script.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

class sending {
 public:
  sending(stage& s, values& v, mailroom const& mail) : stage_(s), v_(v), mail_(mail) {}

  /// The lines of a send operation, in one write but for synchronising literals. The fault is the script's.
  base::result<void> lines(player& p, operation const& o);
  /// raw "..." and cut "DO" 50ms "NE\r\n": octets as they stand, with pauses between. The fault is the script's.
  base::result<void> octets(player& p, operation const& o);
  /// The octets of such an action, without its pauses.
  base::result<std::string> written(operation const& o) const;
  /// A literal was announced and its octets are not sent yet.
  bool open_literal() const { return open_literal_; }

 private:
  struct piece {
    std::string octets;
    bool after_continuation = false;
  };
  base::result<std::vector<piece>> literals(std::string const& line);
  base::result<std::size_t> value_at(std::string_view rest, std::vector<piece>& out) const;
  base::result<void> each_piece(operation const& o, std::function<void(std::string const&)> const& say,
                                std::function<void(base::duration)> const& wait) const;
  bool is_continuation(player& p, std::string_view line) const;
  /// What a server says to a literal that waits for it (RFC 3501 §7.5): "+", or the command's tagged response.
  enum class invitation : std::uint8_t { came, refused, none };
  invitation await_continuation(player& p);
  void bind_apop(player const& speaker);

  stage& stage_;
  values& v_;
  mailroom const& mail_;
  bool open_literal_ = false;
};

}  // namespace mailrig::scenario
