// client_tags: each command has a tag of its own (RFC 3501 §2.2.1, RFC 9051 §2.2.1).
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"

namespace mailrig::check::client_tags {
namespace {

/// The last tags of a session.
class used_tags {
 public:
  /// False: it was used before.
  bool add(std::string const& tag) {
    if (!known_.insert(tag).second) return false;
    order_.push_back(tag);
    if (order_.size() > most) known_.erase(order_.front()), order_.pop_front();
    return true;
  }

 private:
  static constexpr std::size_t most = 2000;
  std::set<std::string, std::less<>> known_;
  std::deque<std::string> order_;
};

class client_tags final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const& c = *i.command;
    if (c.sent.name.empty()) return;  // no command at all; client-syntax says so
    auto const same = [&](model::imap_command const& other) {
      return other.serial != c.serial && other.sent.tag == c.sent.tag;
    };
    auto const& running = i.imap->in_progress;
    bool const fresh = used_[i.session].add(c.sent.tag);
    if (auto const other = std::ranges::find_if(running, same); other != running.end()) {
      out.add(i, {"in-progress",
                  fmt::format("{} has the tag '{}' of {}, which is not answered yet", c.sent.name,
                              base::printable(c.sent.tag), other->sent.name),
                  {"a tag of its own, or the answer to the other command first"}});
    } else if (!fresh) {
      out.add(i, {"reused",
                  fmt::format("{} has the tag '{}', which an earlier command of the session had", c.sent.name,
                              base::printable(c.sent.tag)),
                  {"a tag that no command of the session had"}});
    }
  }

 private:
  per_session<used_tags> used_{this};
};

client_checker_kind const kind{{"client-tags",
                                "The client gives each command a tag of its own.",
                                {{"in-progress", "RFC3501-2.2.1-02", "No two commands in progress have the same tag."},
                                 {"reused", "RFC9051-2.2.1-02", "A tag is used for one command of the session."}},
                                +[]() -> std::unique_ptr<checker> { return std::make_unique<client_tags>(); },
                                false,
                                kinds::commands,
                                told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_tags
