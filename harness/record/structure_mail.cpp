// structure_mail: see structure_mail.hpp.
#include "record/structure_mail.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "record/restored.hpp"

namespace mailrig::record {

using wire::imap::value;

namespace {

constexpr std::uint64_t largest_stand_in = 64 * 1024;
constexpr int deepest = 10;

/// Without what would end the line.
std::string in_line(value v) {
  auto out = v.text();
  std::erase_if(out, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  return out;
}

/// "((name route mailbox host) ...)"
std::string addresses(value list) {
  std::string out;
  for (auto a = list.first(); a; a = a.next()) {
    if (a.at(2).is_nil() || a.at(3).is_nil()) continue;  // the ends of a group
    auto const address = in_line(a.at(2)) + "@" + in_line(a.at(3));
    auto const name = a.at(0).is_nil() ? "" : in_line(a.at(0));
    out += (out.empty() ? "" : ", ") + (name.empty() ? address : fmt::format("\"{}\" <{}>", name, address));
  }
  return out;
}

std::string parameters(value list) {
  std::string out;
  for (auto name = list.first(); name && name.next(); name = name.next().next())
    if (!name.names("boundary")) out += fmt::format("; {}=\"{}\"", in_line(name), in_line(name.next()));
  return out;
}

std::string part(value of, std::string const& edge, int depth);

std::string multipart(value of, std::string const& edge, int depth) {
  std::string parts;
  auto at = of.first();
  for (int n = 1; at.is_list(); at = at.next(), ++n)
    parts += fmt::format("--{}\r\n{}\r\n", edge, part(at, fmt::format("{}.{}", edge, n), depth + 1));
  return fmt::format("Content-Type: multipart/{}{}; boundary=\"{}\"\r\n\r\n{}--{}--\r\n", in_line(at),
                     parameters(at.next()), edge, parts, edge);
}

std::string part(value of, std::string const& edge, int depth) {
  if (depth > deepest) return "\r\n";
  if (of.first().is_list()) return multipart(of, edge, depth);
  auto out = fmt::format("Content-Type: {}/{}{}\r\n", in_line(of.at(0)), in_line(of.at(1)), parameters(of.at(2)));
  constexpr std::array<std::string_view, 3> names{"Content-ID", "Content-Description", "Content-Transfer-Encoding"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (of.at(3 + i).is_string()) out += fmt::format("{}: {}\r\n", names[i], in_line(of.at(3 + i)));
  out += "\r\n";
  bool const message = of.at(0).names("message") && of.at(1).names("rfc822") && of.at(7).is_list();
  if (message) return out + envelope_fields(of.at(7)) + part(of.at(8), edge + ".0", depth + 1);
  return out + stand_in(std::size_t(std::min(largest_stand_in, of.at(6).number().value_or(0))));
}

}  // namespace

std::string envelope_fields(value envelope) {
  struct field {
    std::string_view name;
    std::size_t place;
    bool is_address;
  };
  constexpr std::array<field, 10> fields{{{"Date", 0, false},
                                          {"Subject", 1, false},
                                          {"From", 2, true},
                                          {"Sender", 3, true},
                                          {"Reply-To", 4, true},
                                          {"To", 5, true},
                                          {"Cc", 6, true},
                                          {"Bcc", 7, true},
                                          {"In-Reply-To", 8, false},
                                          {"Message-ID", 9, false}}};
  auto const from = addresses(envelope.at(2));
  std::string out;
  for (auto const& f : fields) {
    auto const v = envelope.at(f.place);
    if (!v || v.is_nil()) continue;
    auto const text = f.is_address ? addresses(v) : in_line(v);
    // Where there is no such field, a server tells From in its place.
    bool const same = (f.name == "Sender" || f.name == "Reply-To") && text == from;
    if (!same) out += fmt::format("{}: {}\r\n", f.name, text);
  }
  return out;
}

std::string other_fields(std::string_view head) {
  std::string out;
  for (bool kept = true; !head.empty();) {
    auto const line = head.substr(0, std::min(head.find('\n'), head.size() - 1) + 1);
    head.remove_prefix(line.size());
    if (line == "\r\n" || line == "\n") break;
    bool const folded = line[0] == ' ' || line[0] == '\t';
    if (!folded) kept = !base::istarts_with(line, "Content-") && !base::istarts_with(line, "MIME-Version:");
    if (kept) out += line;
  }
  return out;
}

std::string structure_octets(value structure) { return part(structure, "edge", 0); }

std::string message_after(std::string const& fields, std::string const& structure, std::optional<std::uint64_t> size) {
  auto const mime = structure.empty() ? "" : "MIME-Version: 1.0\r\n";
  auto const rest = structure.empty() ? std::string("\r\n") : structure;
  auto out = fields + mime + rest;
  constexpr std::string_view filler = "X-Filler: ";
  constexpr std::uint64_t longest = 900;  // of a line
  auto const missing = size.value_or(0) - std::min<std::uint64_t>(size.value_or(0), out.size());
  if (structure.empty()) return out + stand_in(std::size_t(std::min(largest_stand_in, missing)));
  bool const fits = missing > filler.size() + 2 && missing < longest;
  return fits ? fields + mime + std::string(filler) + std::string(missing - filler.size() - 2, 'x') + "\r\n" + rest
              : out;
}

}  // namespace mailrig::record
