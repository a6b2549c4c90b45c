// reply: see reply.hpp.
#include "wire/pop3/reply.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::wire::pop3 {

void reply_framer::feed(std::string_view octets) {
  if (used_ > (1u << 16)) {
    carry_.erase(0, used_);
    looked_ -= std::min(looked_, used_);
    offset_ += used_;
    used_ = 0;
  }
  carry_.append(octets);
}

void read_status_line(std::string_view line, reply& out) {
  out.line = line;
  out.text = out.code = {};
  auto const word = line.substr(0, line.find(' '));
  out.status = word == "+OK"    ? indicator::ok
               : word == "-ERR" ? indicator::err
               : word == "+"    ? indicator::challenge
                                : indicator::garbage;
  if (out.status == indicator::garbage) {
    out.violation = base::fault{0, "status indicator", "a reply begins with +OK or -ERR in upper case, or with \"+ \""};
    return;
  }
  if (word.size() < line.size()) out.text = line.substr(word.size() + 1);
  if (out.status == indicator::challenge && word.size() == line.size())
    out.violation = base::fault{1, "continue-req", "expected a space after \"+\""};
  if (out.text.starts_with("[")) {
    auto const close = out.text.find(']');
    if (close != out.text.npos) out.code = out.text.substr(1, close - 1);
  }
  if (line.size() + 2 > 512 && out.status != indicator::challenge)
    out.violation = base::fault{510, "response line", "longer than 512 octets with its CRLF"};
  for (std::size_t i = 0; i < line.size(); ++i)
    if (auto const u = static_cast<unsigned char>(line[i]); u < 0x20 || u == 0x7F) {
      out.violation = base::fault{i, "response line", "a control octet"};
      break;
    }
}

std::size_t reply_framer::body_end(std::size_t from, std::optional<base::fault>& violation) {
  auto at = std::max(from, looked_);
  for (;;) {
    auto const lf = carry_.find('\n', at);
    if (lf == carry_.npos) {
      looked_ = at;
      return 0;
    }
    bool const crlf = lf > at && carry_[lf - 1] == '\r';
    std::string_view const line(carry_.data() + at, lf - at - (crlf ? 1 : 0));
    if (!crlf && !violation) violation = base::fault{lf - used_, "CRLF", "a line must end in CRLF, not in a bare LF"};
    if (line == "." && (crlf || lf == at + 1)) return lf + 1;
    if (line.size() > 1 && line[0] == '.' && line[1] != '.' && !violation)
      violation = base::fault{at - used_, "byte-stuffing", "a line that begins with '.' must have it doubled"};
    // A bare CR may be of the mail itself: RFC 1939 §11 takes messages to be as RFC 822 has them, whose text may hold
    // it.
    at = lf + 1;
  }
}

bool reply_framer::next(bool multi, reply& out) {
  auto const lf = carry_.find('\n', used_);
  if (lf == carry_.npos) {
    if (carry_.size() - used_ > limits_.line_octets) {
      out = reply{};
      out.octets = std::string_view(carry_).substr(used_);
      out.line = out.octets.substr(0, 512);
      out.violation = base::fault{limits_.line_octets, "response line", "longer than the limit"};
      out.stream_offset = offset_ + used_;
      used_ = carry_.size();
      return true;
    }
    if (used_ == carry_.size()) {
      carry_.clear();
      offset_ += used_;
      used_ = 0;
    }
    return false;
  }
  out = reply{};
  bool const crlf = lf > used_ && carry_[lf - 1] == '\r';
  std::string_view const all(carry_);
  read_status_line(all.substr(used_, lf - used_ - (crlf ? 1 : 0)), out);
  if (!crlf && !out.violation)
    out.violation = base::fault{lf - used_, "CRLF", "a line must end in CRLF, not in a bare LF"};
  auto end = lf + 1;
  out.multi = multi && out.status == indicator::ok;
  if (out.multi) {
    end = body_end(lf + 1, pending_violation_);
    if (end == 0) {
      if (carry_.size() - used_ < limits_.response_octets) return false;
      end = carry_.size();
      pending_violation_ = base::fault{end - used_, "multi-line response", "longer than is read"};
      pending_violation_->ours = true;
    }
    out.body = all.substr(lf + 1, end - lf - 1);
    if (!out.violation) out.violation = pending_violation_;
    pending_violation_.reset();
  }
  out.octets = all.substr(used_, end - used_);
  out.stream_offset = offset_ + used_;
  used_ = end;
  looked_ = 0;
  return true;
}

std::string unstuffed(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  while (!body.empty()) {
    auto const end = std::min(body.find('\n'), body.size() - 1) + 1;
    auto line = body.substr(0, end);
    body.remove_prefix(end);
    if (body.empty() && (line == ".\r\n" || line == ".\n")) break;
    if (line.starts_with('.')) line.remove_prefix(1);
    out += line;
  }
  return out;
}

std::vector<std::string> body_lines(std::string_view body) {
  std::vector<std::string> out;
  auto const text = unstuffed(body);
  for (auto line : base::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.emplace_back(line);
  }
  out.pop_back();
  return out;
}

base::result<drop_listing> read_stat(std::string_view text) {
  auto const f = base::split(text, ' ');
  auto const n = base::number(f[0]);
  auto const m = f.size() > 1 ? base::number(f[1]) : std::nullopt;
  if (!n || !m) return base::fault{4, "drop listing", "expected \"+OK nn mm\" with single spaces"};
  return drop_listing{*n, *m};
}

base::result<std::pair<std::uint64_t, std::uint64_t>> read_scan_listing(std::string_view line) {
  auto const f = base::split(line, ' ');
  auto const n = base::number(f[0]);
  auto const size = f.size() > 1 ? base::number(f[1]) : std::nullopt;
  if (!n || *n == 0 || !size) return base::fault{0, "scan listing", "expected \"n size\" with a single space"};
  return std::pair{*n, *size};
}

base::result<std::pair<std::uint64_t, std::string>> read_unique_id(std::string_view line) {
  auto const space = line.find(' ');
  auto const n = base::number(line.substr(0, space));
  if (!n || *n == 0 || space == line.npos)
    return base::fault{0, "unique-id listing", "expected \"n id\" with a single space"};
  auto const id = line.substr(space + 1);
  if (id.empty() || id.size() > 70) return base::fault{space + 1, "unique-id", "an id has 1 to 70 octets"};
  for (std::size_t i = 0; i < id.size(); ++i)
    if (id[i] < 0x21 || id[i] > 0x7E) return base::fault{space + 1 + i, "unique-id", "octets 0x21 to 0x7E only"};
  return std::pair{*n, std::string(id)};
}

}  // namespace mailrig::wire::pop3
