// tls_keys: see tls_keys.hpp.
#include "record/tls_keys.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "base/child_process.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"

namespace mailrig::record {
namespace {

int hex(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

std::string octets_of(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) out += char(hex(digits[i]) << 4 | (hex(digits[i + 1]) & 15));
  return out;
}

/// In the order of their times: what several processors captured may stand in another, and an answer before its
/// question.
std::string in_order(std::filesystem::path const& capture) {
  auto const file = base::shell_word(capture.string());
  return fmt::format(
      "if command -v reordercap >/dev/null; then reordercap {0} /dev/fd/3 3>&1 >/dev/null 2>&1; "
      "else cat {0}; fi",
      file);
}

base::result<std::string> tshark(std::filesystem::path const& capture, std::string const& arguments) {
  auto const keys = keys_for(capture);
  auto const command =
      fmt::format("{{ {}; }} | tshark -n -o tcp.reassemble_out_of_order:TRUE -r - {} {}", in_order(capture),
                  keys.empty() ? "" : "-o " + base::shell_word("tls.keylog_file:" + keys.string()), arguments);
  auto const answer = base::run_shell(command, {}, {}, std::chrono::minutes(5), 1u << 30);
  if (!answer) return answer.error();
  if (answer->status == 127)
    return base::fault{0, capture.string(),
                       "is encrypted, and there is no tshark to decrypt it (apt-get install tshark)"};
  if (answer->status != 0) return base::fault{0, capture.string(), "tshark: " + answer->how_it_failed()};
  return answer->output;
}

/// tshark's number of the connection.
std::optional<std::string> number_of(std::filesystem::path const& capture, captured_ends const& ends) {
  auto const listed = tshark(capture,
                             "-Y tls -T fields -E separator=/s -e tcp.stream -e ip.src -e ipv6.src -e tcp.srcport "
                             "-e ip.dst -e ipv6.dst -e tcp.dstport");
  if (!listed) return std::nullopt;
  for (auto const line : base::split(*listed, '\n')) {
    auto const w = base::words(line);
    if (w.size() < 5) continue;
    auto const a = fmt::format("{}:{}", w[1], w[2]), b = fmt::format("{}:{}", w[3], w[4]);
    if ((a == ends.client && b == ends.server) || (b == ends.client && a == ends.server)) return std::string(w[0]);
  }
  return std::nullopt;
}

}  // namespace

std::filesystem::path keys_for(std::filesystem::path const& capture) {
  std::error_code none;
  for (char const* end : {".keys", ".keylog"}) {
    auto beside = capture;
    beside.replace_extension(end);
    if (std::filesystem::exists(beside, none)) return beside;
  }
  auto const* named = std::getenv("SSLKEYLOGFILE");
  return named ? named : "";
}

base::result<std::vector<spoken>> decrypted(std::filesystem::path const& capture, captured_ends const& ends) {
  auto const version = tshark(capture, "-c 1");
  if (!version) return version.error();
  auto const number = number_of(capture, ends);
  if (!number) return base::fault{0, capture.string(), "tshark finds no TLS in this connection"};
  auto const shown = tshark(capture, fmt::format("-q -z follow,tls,raw,{}", *number));
  if (!shown) return shown.error();
  std::vector<spoken> out;
  bool first_is_client = true;
  for (auto const line : base::split(*shown, '\n')) {
    if (line.starts_with("Node 0: ")) first_is_client = base::trim(line.substr(8)) == ends.client;
    bool const second = line.starts_with('\t');
    auto const digits = base::trim(line);
    if (digits.empty() || digits.find_first_not_of("0123456789abcdef") != digits.npos) continue;
    out.push_back({second != first_is_client ? side::client : side::server, octets_of(digits), 0, {}, form::octets});
  }
  if (out.empty())
    return base::fault{
        0, capture.string(),
        "is encrypted, and its keys are not known; give them by SSLKEYLOGFILE=FILE, or lay them beside it as "
        "NAME.keys"};
  return out;
}

}  // namespace mailrig::record
