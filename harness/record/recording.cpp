// recording: see recording.hpp.
#include "record/recording.hpp"

#include <fmt/format.h>

#include "net/digest.hpp"

namespace mailrig::record {
namespace {

/// Who has not logged in after so many octets belongs to nobody.
constexpr std::size_t most_octets_waiting = 256 * 1024;

}  // namespace

std::string file_name_of(std::string_view user) {
  if (user.empty()) return "nobody";
  std::string out;
  for (char c : user.substr(0, 100)) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("@-_+.").find(c) != std::string_view::npos;
    if (plain && !(c == '.' && out.empty()))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out == "nobody" ? "%6Eobody" : out;
}

account_record::account_record(history::trace_writer trace, std::filesystem::path file,
                               history::catalogue const& requirements,
                               std::vector<check::checker_kind const*> const& checkers)
    : trace_(std::move(trace)),
      clean_(trace_,
             [this](history::session_id id, base::instant at) {
               trace_.lacks(check::written({{id, at, check::lack::content}}));
             }),
      file_(std::move(file)),
      judge_(checkers, &requirements) {}

void account_record::take(history::event const& e) {
  clean_.take(e);
  judge_.take(e);
  ++events_;
}

history::session_id account_record::number() {
  auto const free = std::size_t(std::ranges::find(taken_, false) - taken_.begin());
  if (free == taken_.size()) taken_.push_back(false);
  taken_[free] = true;
  return history::session_id(free);
}

void account_record::over(history::session_id id) { taken_[id] = false; }

recording::recording(std::filesystem::path folder, history::trace_header header, redacted_parts redacted,
                     history::catalogue const& requirements, std::vector<check::checker_kind const*> checkers,
                     std::function<void(std::string const&, history::finding const&)> heard)
    : folder_(std::move(folder)),
      header_(std::move(header)),
      redacted_(redacted),
      words_(net::random_octets(32)),
      requirements_(requirements),
      checkers_(std::move(checkers)),
      heard_(std::move(heard)) {
  header_[check::client_key] = "recorded";
  if (redacted.any())
    header_["redacted"] = fmt::format("{}{}{}", redacted.mail ? "mail" : "", redacted.mail && redacted.names ? "," : "",
                                      redacted.names ? "names" : "");
}

std::string recording::called(std::string const& user) {
  if (user.empty() || !redacted_.names) return user;
  return called_.emplace(user, fmt::format("user-{}", called_.size() + 1)).first->second;
}

base::result<account_record*> recording::of(std::string const& user) {
  auto& at = accounts_[user];
  if (!at) {
    auto const file = folder_ / (file_name_of(user) + ".jsonl");
    auto header = header_;
    if (!user.empty()) header["account"] = user;
    auto trace = history::trace_writer::open(file, header);
    if (!trace) return accounts_.erase(user), trace.error();
    at = std::make_unique<account_record>(std::move(*trace), file, requirements_, checkers_);
  }
  return at.get();
}

void recording::tell_findings(std::string const& user, account_record& of) {
  auto& told = told_[user];
  auto const& all = of.judge().findings();
  for (; told < all.size(); ++told) heard_(user, all[told]);
}

session_record::session_record(recording& to, history::protocol proto, std::string server)
    : to_(to), proto_(proto), server_(std::move(server)), redactor_(proto) {
  if (to.redacted().any())
    redaction_ = std::make_unique<redaction>(
        proto, to.redacted(), to.words(),
        [this](base::instant at, history::event_kind kind, std::string_view octets) { keep(at, kind, octets); });
}

session_record::~session_record() {
  if (!ended_) take(last_, history::event_kind::ended, "recording ended");
}

void session_record::take(base::instant at, history::event_kind kind, std::string_view octets) {
  using history::event_kind;
  if (ended_) return;
  last_ = at;
  if (kind == event_kind::sent) octets = redactor_.sent(octets);
  if (kind == event_kind::received) redactor_.received(octets);
  redaction_ ? redaction_->take(at, kind, octets) : keep(at, kind, octets);
}

void session_record::keep(base::instant at, history::event_kind kind, std::string_view octets) {
  ended_ = kind == history::event_kind::ended;
  kept k{at, kind, std::string(octets)};
  if (record_)
    hand_on(k);
  else if (trouble_.empty())
    octets_waiting_ += octets.size(), waiting_.push_back(std::move(k));
  if (!record_ && (ended_ || octets_waiting_ > most_octets_waiting)) settle({});
  if (ended_ && record_) record_->over(id_);
}

void session_record::belongs_to(std::string const& user) {
  if (!record_) settle(user);
}

void session_record::settle(std::string const& user) {
  user_ = to_.called(user);
  auto const record = to_.of(user_);
  if (!record) {
    trouble_ = fmt::format("{}: {}", record.error().rule, record.error().text);
    waiting_.clear();
    return;
  }
  record_ = *record;
  id_ = record_->number();
  for (auto const& k : std::exchange(waiting_, {})) hand_on(k);
}

void session_record::hand_on(kept const& k) {
  auto const opened = fmt::format("{} {}", user_.empty() ? "?" : file_name_of(user_), server_);
  record_->take({k.at, id_, k.kind, proto_, k.kind == history::event_kind::opened ? opened : k.octets});
  to_.tell_findings(user_, *record_);
  if (!record_->written()) trouble_ = fmt::format("{}: the disk takes no more", record_->file().string());
}

}  // namespace mailrig::record
