// inventory: see inventory.hpp.
#include "app/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "check/client/client_checker.hpp"
#include "scenario/claims.hpp"

namespace mailrig::app {
namespace {

using columns = std::vector<std::string_view>;

/// Reads the lines of a table that are not comments; `row` says what is wrong with one, or nothing.
template <class Row>
base::result<void> read_table(std::filesystem::path const& file, Row row) {
  auto const text = scenario::read_file(file);
  if (!text) return text.error();
  auto const lines = base::lines_of(*text);
  if (!lines)
    return base::fault{0, file.string(),
                       fmt::format("{}:{}: {}", file.string(), lines.error().offset, lines.error().text)};
  for (auto const& [number, line] : *lines) {
    if (line.empty() || line.front() == '#') continue;
    if (std::string const wrong = row(base::split(line, '\t')); !wrong.empty())
      return base::fault{0, file.string(), fmt::format("{}:{}: {}", file.string(), number, wrong)};
  }
  return {};
}

std::string no_row(std::string_view id, history::catalogue const& requirements) {
  return fmt::format("'{}' is no row of requirements.tsv{}", id, scenario::nearest_row(id, requirements));
}

}  // namespace

std::map<std::string, std::vector<std::string>> claimants(std::vector<scenario::script> const& scripts) {
  std::map<std::string, std::vector<std::string>> out;
  auto add = [&](std::string const& requirement, std::string const& by) {
    auto& list = out[requirement];
    if (std::ranges::find(list, by) == list.end()) list.push_back(by);
  };
  for (auto const& s : scripts)
    for (auto const& id : scenario::claims(s)) add(id, s.id);
  for (auto const* kind : check::checkers_of_both_sides())
    for (auto const& rule : kind->rules) {
      auto const name = fmt::format("{}.{}", kind->name, rule.name);
      add(std::string(rule.requirement), name);
      for (auto const id : base::words(rule.also)) add(std::string(id), name);
    }
  return out;
}

base::result<std::map<std::string, proof>> read_proofs(std::filesystem::path const& folder,
                                                       history::catalogue const& requirements) {
  std::map<std::string, proof> out;
  auto const file = folder / "proofs.tsv";
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return out;
  auto const read = read_table(file, [&](columns const& c) -> std::string {
    if (c.size() != 4) return "a line is a requirement, a defect, what found it and where, with tabs between";
    if (!requirements.find(c[0])) return no_row(c[0], requirements);
    out.emplace(c[0], proof{std::string(c[1]), std::string(c[2]), std::string(c[3])});
    return {};
  });
  if (!read) return read.error();
  return out;
}

base::result<std::map<std::string, std::string>> excuses(std::filesystem::path const& folder,
                                                         history::catalogue const& requirements) {
  std::map<std::string, std::string> out;
  auto const read = read_table(folder / "unproven.tsv", [&](columns const& c) -> std::string {
    if (c.size() != 2 || base::trim(c[1]).empty()) return "a line is an id, a tab and a reason";
    if (std::ranges::none_of(requirements.rows(), [&](auto const& r) { return base::glob(c[0], r.id); }))
      return no_row(c[0], requirements);
    out.emplace(c[0], base::trim(c[1]));
    return {};
  });
  if (!read) return read.error();
  return out;
}

std::string excuse_for(std::map<std::string, std::string> const& excuses, std::string const& id) {
  for (auto const& [pattern, reason] : excuses)
    if (base::glob(pattern, id)) return reason;
  return {};
}

bool is_ours(history::requirement const& r) {
  static constexpr std::string_view protocols[] = {"RFC1734", "RFC1939", "RFC2195", "RFC2449", "RFC2595", "RFC2683",
                                                   "RFC3206", "RFC3501", "RFC4422", "RFC4505", "RFC4616", "RFC5034",
                                                   "RFC5530", "RFC5802", "RFC5929", "RFC6856", "RFC7628", "RFC7677",
                                                   "RFC8314", "RFC9051", "RFC9266"};
  static constexpr std::string_view extensions[] = {
      "RFC2177", "RFC2180", "RFC2193", "RFC2221", "RFC2342", "RFC2971", "RFC3348", "RFC3502", "RFC3516", "RFC3691",
      "RFC4314", "RFC4315", "RFC4466", "RFC4467", "RFC4469", "RFC4731", "RFC4959", "RFC4978", "RFC5032", "RFC5051",
      "RFC5092", "RFC5161", "RFC5182", "RFC5255", "RFC5256", "RFC5258", "RFC5267", "RFC5464", "RFC5465", "RFC5738",
      "RFC5819", "RFC5957", "RFC6154", "RFC6203", "RFC6851", "RFC6855", "RFC6858", "RFC7162", "RFC7377", "RFC7888",
      "RFC7889", "RFC8437", "RFC8438", "RFC8440", "RFC8457", "RFC8474", "RFC8508", "RFC8514", "RFC8970", "RFC9208",
      "RFC9394", "RFC9585", "RFC9586", "RFC9590", "RFC9698", "RFC9738"};
  auto const has = [&](auto const& rfcs) { return std::ranges::find(rfcs, r.rfc) != std::end(rfcs); };
  return (has(protocols) || has(extensions)) && r.testable != "no" && r.subject != "client";
}

base::result<inventory> inventory::read(std::filesystem::path const& folder, history::catalogue const& requirements,
                                        std::vector<scenario::script> const& scripts) {
  inventory out;
  out.claimants_ = claimants(scripts);
  auto found = read_proofs(folder, requirements);
  if (!found) return found.error();
  out.proofs_ = std::move(*found);
  auto reasons = excuses(folder, requirements);
  if (!reasons) return reasons.error();
  out.excuses_ = std::move(*reasons);
  return out;
}

standing inventory::of(history::requirement const& r) const {
  if (auto const* p = proof_of(r.id)) return {"proven", fmt::format("{} found {} in {}", p->by, p->defect, p->where)};
  if (r.subject == "client") {
    auto const by = claimed_by(r.id);
    return {"client", by.empty() ? "asks it of the client" : fmt::format("of clients: {}", fmt::join(by, ", "))};
  }
  if (r.testable == "no") return {"untestable", "nothing that a client could see"};
  if (auto why = excuse(r.id); !why.empty()) return {"reason", std::move(why)};
  if (auto const by = claimed_by(r.id); !by.empty()) return {"exercised", fmt::format("{}", fmt::join(by, ", "))};
  return {"open", {}};
}

std::vector<std::string> inventory::claimed_by(std::string const& id) const {
  auto const at = claimants_.find(id);
  return at == claimants_.end() ? std::vector<std::string>() : at->second;
}

proof const* inventory::proof_of(std::string const& id) const {
  auto const at = proofs_.find(id);
  return at == proofs_.end() ? nullptr : &at->second;
}

}  // namespace mailrig::app
