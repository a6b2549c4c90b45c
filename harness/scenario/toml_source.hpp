// toml_source: a TOML file that is being read, and how to say where in it something is wrong.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "scenario/script.hpp"
#include "scenario/toml.hpp"

namespace mailrig::scenario {

class toml_source {
 public:
  /// `what` names the kind of file in faults: "workload", "profile".
  toml_source(std::filesystem::path file, std::string what) : file_(std::move(file)), what_(std::move(what)) {}

  std::filesystem::path const& file() const { return file_; }

  base::result<toml::table> parse() const {
    auto const text = read_file(file_);
    if (!text) return base::fault{0, what_, fmt::format("{} cannot be read", file_.string())};
    auto parsed = toml::parse(*text, file_.string());
    if (parsed) return std::move(parsed).table();
    auto const& e = parsed.error();
    return base::fault{0, what_, fmt::format("{}:{}: {}", file_.string(), e.source().begin.line, e.description())};
  }

  base::fault wrong(toml::node const& at, std::string const& text) const {
    return {0, what_, fmt::format("{}:{}: {}", file_.string(), std::max(1u, unsigned(at.source().begin.line)), text)};
  }

  /// The first key that is none of `known`.
  std::optional<base::fault> unknown(toml::table const& t, std::vector<std::string_view> const& known) const {
    for (auto const& [key, value] : t) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      std::string hint;
      for (auto const k : known)
        if (base::edit_distance(k, key.str()) < 3) hint = fmt::format("; did you mean '{}'?", k);
      return wrong(value, fmt::format("'{}' is no key here{}; there are: {}", key.str(), hint, fmt::join(known, ", ")));
    }
    return std::nullopt;
  }

 private:
  std::filesystem::path file_;
  std::string what_;
};

/// Every *.toml of a folder, ordered by name, read one by one by `read`; the first fault ends it.
template <class Read>
auto read_toml_folder(std::filesystem::path const& folder, Read read)
    -> base::result<std::vector<typename decltype(read(folder))::value_type>> {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (auto const& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  if (error) return base::fault{0, folder.string(), error.message()};
  std::ranges::sort(files);
  std::vector<typename decltype(read(folder))::value_type> out;
  for (auto const& f : files) {
    auto one = read(f);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace mailrig::scenario
