// importer_case: what a log comes to, for the tests that stand beside the importers.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/text.hpp"
#include "record/import.hpp"

namespace mailrig::record {

inline std::vector<restored> sessions_of(std::string_view importer_name, std::vector<log_file> const& files) {
  auto const* kind = base::registry<importer>::find(importer_name);
  EXPECT_NE(kind, nullptr) << importer_name;
  if (!kind) return {};
  auto const found = kind->read(files);
  EXPECT_TRUE(found) << (found ? "" : found.error().text);
  std::vector<restored> out;
  if (found)
    for (auto const& d : *found) out.push_back(restore(d));
  return out;
}

/// What was said: "C a1 NOOP\r\n" and "S ..." of the first session, "1 C ..." of the second; the stand-ins too.
inline std::string said(std::vector<restored> const& sessions) {
  std::string out;
  for (std::size_t i = 0; i < sessions.size(); ++i)
    for (auto const& e : sessions[i].events) {
      auto const mark = e.kind == history::event_kind::sent       ? "C "
                        : e.kind == history::event_kind::received ? "S "
                        : e.kind == history::event_kind::secured  ? "TLS "
                                                                  : "";
      if (*mark) out += (i ? std::to_string(i) + " " : "") + mark + base::printable(e.octets) + "\n";
    }
  return out;
}

inline std::string said(std::string_view importer_name, std::string log, std::string const& file = "a.log") {
  return said(sessions_of(importer_name, {{file, std::move(log)}}));
}

/// The names of what is lacking, in order.
inline std::string lacking(std::vector<restored> const& sessions) {
  std::string out;
  for (auto const& s : sessions)
    for (auto const& g : s.gaps) out += (out.empty() ? "" : " ") + std::string(check::name_of(g.what));
  return out;
}

inline std::string recognised(std::string log, std::string const& file = "a.log") {
  auto const* kind = recognise({file, std::move(log)});
  return kind ? std::string(kind->name) : "";
}

}  // namespace mailrig::record
