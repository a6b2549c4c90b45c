// gathered: see gathered.hpp.
#include "scenario/gathered.hpp"

#include <fmt/format.h>

#include <map>

namespace mailrig::scenario {
namespace {

/// The octets between a FETCH response's outer parentheses.
std::string_view items(std::string_view octets) {
  auto const open = octets.find('('), close = octets.rfind(')');
  return open == octets.npos || close == octets.npos || close < open ? std::string_view()
                                                                     : octets.substr(open + 1, close - open - 1);
}

arrival_ptr arrived(std::string octets, std::uint32_t serial) {
  auto a = std::make_unique<arrival>();
  a->octets = std::move(octets);
  a->serial = serial;
  wire::imap::read(a->octets, a->response, {.utf8 = true});  // its parts were let in before
  a->line = a->octets.substr(0, a->octets.find('\r'));
  return a;
}

}  // namespace

std::vector<gathered> gather(std::vector<arrival*> const& data) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> fetches;  // by message
  std::vector<std::size_t> searches, vanished[2];                                       // the second with EARLIER
  for (std::size_t i = 0; i < data.size(); ++i) {
    auto const& r = data[i]->response;
    if (r.is("FETCH")) fetches[{data[i]->serial, r.number}].push_back(i);
    if (r.is("SEARCH")) searches.push_back(i);
    if (r.is("VANISHED")) vanished[r.args().is_list() ? 1 : 0].push_back(i);
  }
  std::vector<gathered> out;
  for (auto& [message, parts] : fetches) {
    if (parts.size() < 2) continue;
    std::string all;
    for (auto i : parts) all += fmt::format("{}{}", all.empty() ? "" : " ", items(data[i]->octets));
    out.push_back({arrived(fmt::format("* {} FETCH ({})\r\n", message.second, all), message.first), std::move(parts)});
  }
  if (searches.size() > 1) {
    std::string all = "* SEARCH";
    for (auto i : searches)
      for (auto v = data[i]->response.args(); v; v = v.next()) all += fmt::format(" {}", v.raw());
    out.push_back({arrived(all + "\r\n", 0), std::move(searches)});
  }
  for (bool const earlier : {false, true}) {
    auto& parts = vanished[earlier ? 1 : 0];
    if (parts.size() < 2) continue;
    std::string all;
    for (auto i : parts) {
      auto const args = data[i]->response.args();
      all += fmt::format("{}{}", all.empty() ? "" : ",", (earlier ? args.next() : args).raw());
    }
    out.push_back({arrived(fmt::format("* VANISHED {}{}\r\n", earlier ? "(EARLIER) " : "", all), 0), std::move(parts)});
  }
  return out;
}

}  // namespace mailrig::scenario
