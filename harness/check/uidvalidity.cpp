// uidvalidity: a mailbox has one, it is told at selection, it never falls, and APPENDUID and COPYUID name the same
// (RFC 3501 §2.3.1.1, RFC 4315 §3).
#include <fmt/format.h>

#include <map>

#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::uidvalidity {
namespace {

class uidvalidity final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command &&
        (i.command->is("DELETE") || i.command->is("RENAME") || i.command->is("CREATE"))) {
      for (std::size_t a = 0; a < 2; ++a) may_rise(key(i, i.command->sent.arg(a)));
      // What is renamed brings its own UIDVALIDITY, and what lies below it does so too.
      if (i.command->is("RENAME")) forget_below(key(i, i.command->sent.arg(1)));
    }
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("STATUS") && r.args().next().is_list()) {
      for (auto v = r.args().next().first(); v; v = v.next().next())
        if (v.names("UIDVALIDITY"))
          named(i, "STATUS", model::told_mailbox(*i.imap, r.args().text()), v.next().number().value_or(0),
                v.next().offset(), out);
    }
    if (r.condition != wire::imap::status::ok) return;
    if (auto const* by = r.code == "APPENDUID" ? model::uploader(i) : nullptr)
      named(i, r.code, model::target_of(by->sent), r.code_args().number().value_or(0), r.code_args().offset(), out);
    if (!i.command) return;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) {
      if (i.imap->uidvalidity == 0)
        return out.add(i, {"missing", {}, {"* OK [UIDVALIDITY n] before the tagged OK"}, 0});
      told(i, i.command->sent.arg(0), i.imap->uidvalidity, 0, out);
    }
    if (r.code == "COPYUID" && i.command->sent.arguments.size() > 1)
      named(i, r.code, i.command->sent.arg(1), r.code_args().number().value_or(0), r.code_args().offset(), out);
  }

 private:
  struct fact {
    std::uint64_t value = 0;
    bool may_rise = false;
    bool selected = false;      ///< SELECT or EXAMINE told it
    std::uint64_t claimed = 0;  ///< a greater one that was named since, by:
    std::string claimed_by = {};
  };

  /// A name and all below it.
  template <class F>
  void each_below(std::string const& name, F f) {
    for (auto at = known_.lower_bound(name); at != known_.end() && at->first.starts_with(name); ++at) f(at->second);
  }
  void may_rise(std::string const& name) {
    each_below(name, [](fact& f) { f.may_rise = true; });
  }
  void forget_below(std::string const& name) {
    each_below(name, [](fact& f) { f = {}; });
  }

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }

  /// What STATUS, APPENDUID or COPYUID names is what SELECT has told. A greater one may be new: then SELECT tells it
  /// too.
  void named(item const& i, std::string_view by, std::string_view mailbox, std::uint64_t value, std::size_t offset,
             report& out) {
    auto& f = known_[key(i, mailbox)];
    if (!f.selected || f.may_rise) return told(i, mailbox, value, offset, out);
    if (value > f.value) {
      f.claimed = value;
      f.claimed_by = by;
    } else if (value < f.value) {
      differs(i, by, value, mailbox, f.value, offset, out);
    } else if (f.claimed != 0) {
      differs(i, f.claimed_by, f.claimed, mailbox, f.value, offset, out);
      f.claimed = 0;
    }
  }

  static void differs(item const& i, std::string_view by, std::uint64_t value, std::string_view mailbox,
                      std::uint64_t right, std::size_t offset, report& out) {
    out.add(i, {"differs",
                fmt::format("{} named UIDVALIDITY {} of {}, which has {}", by, value, mailbox, right),
                {fmt::format("{}", right)},
                offset,
                {},
                by == "STATUS" ? "RFC3501-6.3.10-04" : ""});
  }

  void told(item const& i, std::string_view mailbox, std::uint64_t value, std::size_t offset, report& out) {
    auto& f = known_[key(i, mailbox)];
    if (f.claimed != 0 && value == f.value) differs(i, f.claimed_by, f.claimed, mailbox, value, offset, out);
    if (f.value != 0 && value < f.value)
      out.add(i, {"falls",
                  fmt::format("UIDVALIDITY {} of {} was {}", value, mailbox, f.value),
                  {fmt::format("{} or more", f.value)},
                  offset});
    if (f.value != 0 && value > f.value && !f.may_rise)
      out.add(i, {"unstable",
                  fmt::format("UIDVALIDITY {} of {} was {}", value, mailbox, f.value),
                  {fmt::format("{}", f.value)},
                  offset});
    bool const selects = i.command && (i.command->is("SELECT") || i.command->is("EXAMINE"));
    f = {value, false, selects, 0, {}};
  }

  std::map<std::string, fact> known_;
};

checker_kind const kind{
    "uidvalidity",
    "UIDVALIDITY is told at selection, agrees everywhere and never falls.",
    {{"missing", "RFC3501-2.3.1.1-10", "SELECT and EXAMINE tell UIDVALIDITY."},
     {"falls", "RFC3501-2.3.1.1-11", "A new UIDVALIDITY is greater than the old one."},
     {"differs", "RFC4315-3-04", "STATUS, APPENDUID and COPYUID name the mailbox's UIDVALIDITY.", "RFC3501-6.3.10-04"},
     {"unstable", "RFC3501-2.3.1.1-12", "UIDs, and so UIDVALIDITY, should persist."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<uidvalidity>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::uidvalidity
