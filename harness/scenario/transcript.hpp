// transcript: a conversation's lines for people: printable, cut where they are long, bounded in number.
#pragma once

#include <vector>

#include "history/run_record.hpp"

namespace mailrig::scenario {

class transcript final : public history::event_sink {
 public:
  std::vector<history::transcript_line> lines;

  void take(history::event const& e) override;

 private:
  bool goes_on(history::event const& e) const;
};

}  // namespace mailrig::scenario
