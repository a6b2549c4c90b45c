// uid_identity: a mailbox name, UIDVALIDITY and UID together name one immutable message for ever (RFC 3501 §2.3.1.1):
// same octets, size, date, envelope and structure, in every session.
#include <fmt/format.h>

#include <unordered_map>

#include "base/rng.hpp"
#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::check::uid_identity {
namespace {

/// Hash of a value's meaning: strings by their octets, whatever form they came in.
std::uint64_t digest(wire::imap::value v) {
  if (!v.is_list()) return v.is_nil() ? 0x1111 : base::fnv1a(v.text());
  std::uint64_t h = 0x2222;
  for (auto c = v.first(); c; c = c.next()) {
    auto const d = digest(c);
    h = base::fnv1a({reinterpret_cast<char const*>(&d), sizeof d}, h);
  }
  return h;
}

bool is_static(std::string_view label) {
  return label == "INTERNALDATE" || label == "RFC822.SIZE" || label == "ENVELOPE" || label == "BODY" ||
         label == "BODYSTRUCTURE" || label == "RFC822" || label == "RFC822.HEADER" || label == "RFC822.TEXT" ||
         label.starts_with("BODY[");
}

class uid_identity final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->code == "COPYUID") return copied(i);
    if (!i.response->is("FETCH")) return;
    auto const& s = *i.imap;
    auto const n = i.response->number;
    if (s.state != model::imap_state::selected || s.selecting() || n == 0 || n > s.view.size()) return;
    std::uint64_t uid = s.view.at(n).uid;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("UID")) uid = data.number().value_or(uid);
    });
    // What may be expunged already is a ghost: its items may be empty (RFC 2180 §4.1.3).
    if (auto const* opened = out.together().open_mailbox_of(i.session)) {
      auto const m = opened->box->messages.find(std::uint32_t(uid));
      if (m != opened->box->messages.end() &&
          (m->second.gone != model::never || opened->box->cause(m->second, out.together().now() + 1)))
        return;
    }
    auto& slot_facts = slots_[i.session];
    auto const serial = s.view.at(n).serial;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      auto const label = model::canonical_label(name.raw());
      if (!is_static(label) || data.is_nil() || label.ends_with('>'))
        return;  // partial texts vary with what was asked for
      // A date and time is the same in whatever zone it is told (RFC 3501 §2.3.3).
      auto const moment = label == "INTERNALDATE" ? wire::imap::instant_of(data.raw()) : std::nullopt;
      auto const d = moment ? base::fnv1a(std::to_string(*moment)) : digest(data);
      compare(slot_facts[base::fnv1a(label, serial)], d, "changes", label, i, data.offset(), out);
      if (uid == 0 || s.uidvalidity == 0) return;
      auto const id = key(s, s.mailbox, s.uidvalidity, uid, label);
      if (auto const source = copies_.find(id); source != copies_.end()) {
        compare(source->second, d, label == "INTERNALDATE" ? "copy-date" : "copy", label, i, data.offset(), out);
        copies_.erase(source);
      }
      compare(facts_[id], d, "differs", label, i, data.offset(), out);
    });
    if (copies_.size() > most) copies_.clear();
    if (slot_facts.size() > most) slot_facts.clear();
    if (facts_.size() > most) facts_.clear();
  }

 private:
  static constexpr std::size_t most = 1u << 20;

  /// Who has not enabled UTF-8 may be shown a surrogate of it, which is the same for all of them (RFC 6855 §7).
  static std::uint64_t key(model::imap_session const& s, std::string_view mailbox, std::uint64_t validity,
                           std::uint64_t uid, std::string_view label) {
    auto const whose = model::is_legacy(s) && label != "INTERNALDATE" ? "surrogate" : "";
    return base::fnv1a(fmt::format("{}\n{}\n{}\n{}\n{}{}", s.account, mailbox, validity, uid, label, whose));
  }

  /// What is known of a source holds of its copy.
  void copied(item const& i) {
    auto const* c = i.command ? i.command : i.imap->oldest();
    auto const args = i.response->code_args();
    auto const from = wire::imap::sequence_set::parse(args.next().raw());
    auto const to = wire::imap::sequence_set::parse(args.next().next().raw());
    if (!c || c->sent.arguments.size() < 2 || !args.number() || !from || !to) return;
    auto const sources = from->expand(most_copies), targets = to->expand(most_copies);
    if (!sources || !targets || sources->size() != targets->size()) return;
    auto const& s = *i.imap;
    auto const target = model::canonical_mailbox(c->sent.arg(1));
    for (std::size_t n = 0; n < sources->size(); ++n)
      for (auto const* label : {"INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY", "BODYSTRUCTURE", "BODY[]", "RFC822",
                                "RFC822.HEADER", "RFC822.TEXT", "BODY[HEADER]", "BODY[TEXT]"})
        if (auto const known = facts_.find(key(s, s.mailbox, s.uidvalidity, (*sources)[n], label));
            known != facts_.end())
          copies_[key(s, target, *args.number(), (*targets)[n], label)] = known->second;
  }
  static constexpr std::size_t most_copies = 4096;

  static void compare(std::uint64_t& known, std::uint64_t now, std::string_view rule, std::string const& label,
                      item const& i, std::size_t offset, report& out) {
    if (known != 0 && known != now)
      out.add(i, {rule,
                  fmt::format("{} of message {} is not what it was", label, i.response->number),
                  {"the same value as before"},
                  offset});
    known = now;
  }

  per_session<std::unordered_map<std::uint64_t, std::uint64_t>> slots_{this};
  std::unordered_map<std::uint64_t, std::uint64_t> facts_;
  std::unordered_map<std::uint64_t, std::uint64_t> copies_;  ///< of copies that were not looked at yet
};

checker_kind const kind{
    "uid_identity",
    "A UID names one immutable message, in every session.",
    {{"changes", "RFC3501-6.4.5-01", "Static items of a message never change.", "RFC3501-2.3.1.1-16"},
     {"copy", "RFC3501-6.4.7-03", "A copy is what its source is.", "RFC6851-3.3-01"},
     {"copy-date", "RFC3501-2.3.3-02", "A copy has the INTERNALDATE of its source.", "RFC3501-6.4.7-01"},
     {"differs", "RFC3501-2.3.1.1-15", "Mailbox, UIDVALIDITY and UID name one immutable message.",
      "RFC3501-2.3.1.1-16"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<uid_identity>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::uid_identity
