// given_names: see given_names.hpp.
#include "scenario/given_names.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "net/digest.hpp"

namespace mailrig::scenario {
namespace {

/// Up to the first octet that is neither letter nor digit, or without the last.
std::string shortened(std::string const& password) {
  auto const odd =
      std::ranges::find_if(password, [](char c) { return base::lower(c) == base::upper(c) && (c < '0' || c > '9'); });
  auto const n = std::size_t(odd - password.begin());
  return password.substr(
      0, n > 0 && n < password.size() ? n : password.size() - std::min<std::size_t>(1, password.size()));
}

/// In other letters: no password that lets anybody in.
std::string swapped(std::string const& text) {
  auto out = text;
  for (char& c : out) c = base::upper(c) == c ? base::lower(c) : base::upper(c);
  return out == text ? text + "x" : out;
}

/// The first octet in hexadecimal behind "=".
std::string coded_name(std::string const& user) {
  return user.empty() ? user : fmt::format("={:02X}{}", static_cast<unsigned char>(user[0]), user.substr(1));
}

/// The day so many days from now, in UTC, as IMAP writes it.
std::string day(int from_now) {
  auto const then = std::chrono::system_clock::now() + std::chrono::days(from_now);
  return fmt::format("{:%d-%b-%Y}", fmt::gmtime(std::chrono::system_clock::to_time_t(then)));
}

}  // namespace

decltype(values::names) given_names(session::credentials const& account, std::string const& box,
                                    std::string const& delimiter) {
  return {{"user", account.user},
          {"password", account.password},
          {"password_cut", shortened(account.password)},
          {"box", box},
          {"leaf", box.substr(std::min(box.size(), box.find("mailrig-")))},
          {"sep", delimiter},
          {"plain", net::base64('\0' + account.user + '\0' + account.password)},
          {"swapped", swapped(account.password)},
          {"user_coded", coded_name(account.user)},
          {"wrongplain", net::base64('\0' + account.user + '\0' + account.password + "x")},
          {"yesterday", day(-1)},
          {"overmorrow", day(2)}};
}

decltype(values::names) names_of_second(session::credentials const& first, session::credentials const& second) {
  return {{"user2", second.user},
          {"password2", second.password},
          {"plain2", net::base64('\0' + second.user + '\0' + second.password)},
          {"plain2_for_user", net::base64(first.user + '\0' + second.user + '\0' + second.password)}};
}

}  // namespace mailrig::scenario
