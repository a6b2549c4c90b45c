// said_once: exchanges whose client says one thing.
#pragma once

#include <utility>

#include "session/sasl/mechanism.hpp"

namespace mailrig::session {

/// Says its text; a challenge after that is an error text, answered by `then` if there is to be an answer.
class said_once final : public sasl_exchange {
 public:
  explicit said_once(std::string text, std::optional<std::string> then = std::nullopt)
      : text_(std::move(text)), then_(std::move(then)) {}
  std::optional<std::string> respond(std::string_view) override { return std::exchange(text_, then_); }

 private:
  std::optional<std::string> text_, then_;
};

}  // namespace mailrig::session
