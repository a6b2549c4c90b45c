// login_name: see login_name.hpp.
#include "record/login_name.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "net/digest.hpp"

namespace mailrig::record {
namespace {

constexpr std::size_t longest_message = 16384;

/// The value of "key=" up to one of `ends`.
std::string value_of(std::string_view text, std::string_view key, std::string_view ends) {
  auto const at = text.find(key);
  if (at == text.npos) return {};
  auto const from = at + key.size();
  return std::string(text.substr(from, text.find_first_of(ends, from) - from));
}

/// SCRAM's "=2C" and "=3D" (RFC 5802 §5.1).
std::string without_escapes(std::string text) {
  for (auto const& [from, to] : {std::pair("=2C", ","), std::pair("=3D", "=")})
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + 1)) text.replace(at, 3, to);
  return text;
}

}  // namespace

std::string sasl_user(std::string_view mechanism, std::string_view message) {
  auto const name = base::to_upper(mechanism);
  if (name == "PLAIN") {
    auto const first = message.find('\0');
    if (first == message.npos) return {};
    if (first > 0) return std::string(message.substr(0, first));
    return std::string(message.substr(1, message.find('\0', 1) - 1));
  }
  if (name == "LOGIN" || name == "EXTERNAL") return std::string(message);
  if (name == "CRAM-MD5") return std::string(message.substr(0, message.rfind(' ')));
  if (name == "XOAUTH2") return value_of(message, "user=", "\x01");
  // GS2's header names another user by "a=" (RFC 5801 §4), SCRAM its own by "n=".
  auto const other = message.find(",a=") < message.find(",,") ? value_of(message, ",a=", ",") : std::string();
  if (!other.empty()) return without_escapes(other);
  if (name.starts_with("SCRAM-")) return without_escapes(value_of(message, ",n=", ","));
  return {};
}

std::string sasl_secret(std::string_view mechanism, std::string_view message) {
  auto const name = base::to_upper(mechanism);
  if (name == "PLAIN") return std::string(message.substr(message.rfind('\0') + 1));
  if (name == "LOGIN") return std::string(message);
  if (name == "XOAUTH2" || name == "OAUTHBEARER") return value_of(message, "auth=Bearer ", "\x01");
  return {};
}

std::string sasl_proof(std::string_view mechanism, std::string_view message) {
  auto const name = base::to_upper(mechanism);
  if (name == "CRAM-MD5") return std::string(message.substr(message.rfind(' ') + 1));
  if (name.starts_with("SCRAM-")) return value_of(message, ",p=", ",");
  return {};
}

/// A client's message of an exchange, decoded.
void login_name::message(std::string_view octets) {
  bool const name_alone = base::iequals(mechanism_, "LOGIN") && !second_;
  bool const nonce_alone = base::istarts_with(mechanism_, "SCRAM-") && !second_;
  if (!second_) said_ = sasl_user(mechanism_, octets);
  if (!name_alone) base::known_secrets().add(sasl_secret(mechanism_, octets), said_);
  base::known_secrets().add_proof(sasl_proof(mechanism_, octets));
  sasl_ = second_ = name_alone || nonce_alone;
}

void login_name::sent(std::string_view octets, model::conversation const& c) {
  auto const& imap = c.imap();
  bool const asked =
      c.proto() == history::protocol::imap
          ? !imap.in_progress.empty() && imap.in_progress.back().is("AUTHENTICATE") && imap.in_progress.back().continued
          : !c.pop3().unanswered.empty() && c.pop3().unanswered.front().challenged;
  if (!sasl_ || !asked) return;
  line_ += octets.substr(0, longest_message - std::min(longest_message, line_.size()));
  auto const end = line_.find('\n');
  if (end == line_.npos) return;
  sasl_ = false;
  auto const line = std::string_view(line_).substr(0, end);
  if (auto const decoded = net::from_base64(line.substr(0, line.find('\r')))) message(*decoded);
  line_.clear();
}

void login_name::command(std::string_view verb, std::string_view first, std::string_view second) {
  if (verb == "LOGIN" || verb == "USER" || verb == "APOP") said_ = first;
  if (verb == "LOGIN") base::known_secrets().add(second, first);
  if (verb == "APOP") base::known_secrets().add_proof(second);
  if (verb != "AUTHENTICATE" && verb != "AUTH") return;
  mechanism_ = first;
  said_.clear();
  line_.clear();
  sasl_ = second.empty();
  second_ = false;
  if (auto const decoded = net::from_base64(second == "=" ? "" : second); decoded && !second.empty()) message(*decoded);
}

void login_name::answer(bool well) {
  if (well)
    name_ = said_;
  else
    said_.clear();
  sasl_ = false;
}

void login_name::see(model::item const& i) {
  using model::item_kind;
  if (!name_.empty()) return;
  if (i.kind == item_kind::command)
    return command(i.command->sent.name, i.command->sent.arg(0), i.command->sent.arg(1));
  // All of the line is the password, blanks too.
  if (i.kind == item_kind::pop3_command && i.pop3_command_->is("PASS"))
    base::known_secrets().add(i.octets.substr(std::min<std::size_t>(5, i.octets.size())), said_);
  if (i.kind == item_kind::pop3_command)
    return command(i.pop3_command_->keyword, i.pop3_command_->arg(0), i.pop3_command_->arg(1));
  if (i.kind == item_kind::response && i.command && i.response->kind == wire::imap::response_kind::tagged &&
      (i.command->is("LOGIN") || i.command->is("AUTHENTICATE")))
    return answer(i.response->condition == wire::imap::status::ok);
  if (i.kind == item_kind::reply && i.pop3_command_ &&
      (i.pop3_command_->is("PASS") || i.pop3_command_->is("APOP") || i.pop3_command_->is("AUTH")) &&
      i.reply->status != wire::pop3::indicator::challenge)
    answer(i.reply->status == wire::pop3::indicator::ok);
}

}  // namespace mailrig::record
