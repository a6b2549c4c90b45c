// annotations: GETMETADATA with each option and form of entries, of values that were set in each form.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::annotations {
namespace {

constexpr std::string_view comment = "/private/comment", vendor = "/private/vendor/mailrig/a",
                           vendors_below = "/private/vendor/mailrig/a/b";

std::string value_in(std::string_view form) {
  if (form == "empty") return "\"\"";
  if (form == "NIL-quoted") return "\"NIL\"";
  if (form == "lines") return "{11}\r\nfirst\r\nnext";
  if (form == "octets") return "{5}\r\ncaf\xC3\xA9";
  if (form == "long") return fmt::format("{{1024}}\r\n{}", std::string(1024, 'm'));
  return "\"plain\"";
}

std::string options_in(explorer& x, choice const& c) {
  auto const form = c["option"];
  if (form == "none") return "";
  auto const text = form == "both" ? std::string("MAXSIZE 512 DEPTH infinity") : std::string(form);
  return "(" + x.cased(c["case"], text) + ") ";
}

std::string entries_in(explorer& x, choice const& c) {
  auto const one = [&](std::string_view entry) { return x.string(c["string"], x.cased(c["case"], entry)); };
  if (c.is("entries", "one")) return one(comment);
  if (c.is("entries", "listed")) return "(" + one(comment) + ")";
  if (c.is("entries", "above")) return one(vendor);
  return fmt::format("({} {} {})", one(vendor), one(comment), one("/shared/comment"));
}

exploration const annotations{exploration_kind{
    "annotations",
    "GETMETADATA and SETMETADATA, each option, form of entries and form of value",
    history::protocol::imap,
    "RFC5464-4.2-01",
    {{"option", {{"none"}, {"MAXSIZE 5"}, {"MAXSIZE 4096"}, {"DEPTH 0"}, {"DEPTH 1"}, {"DEPTH infinity"}, {"both"}}},
     {"entries", {{"one"}, {"listed"}, {"above"}, {"several"}}},
     {"name", {{"INBOX"}, {"there"}, {"server"}, {"missing"}}},
     {"value", {{"plain"}, {"empty"}, {"NIL-quoted"}, {"lines"}, {"octets"}, {"long"}}},
     string_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      auto const name = c.is("name", "INBOX")    ? std::string("INBOX")
                        : c.is("name", "server") ? std::string()
                        : c.is("name", "there")  ? x.box() + "-there"
                                                 : x.box() + "-none";
      bool const missing = c.is("name", "missing"), server = c.is("name", "server");
      if (c.is("name", "there")) x.make(name);
      auto const box = server ? std::string("\"\"") : x.string(c["string"], name);
      auto const set = [&](std::string const& value) {
        return fmt::format("{} {} ({} {} {} {} {} {})", x.cased(c["case"], "SETMETADATA"), box, comment, value, vendor,
                           value, vendors_below, value);
      };
      x.ask(set(value_in(c["value"])), missing ? "NO" : "OK | NO", "RFC5464-4.3-01");
      x.ask(fmt::format("{} {}{} {}", x.cased(c["case"], "GETMETADATA"), options_in(x, c), box, entries_in(x, c)),
            missing ? "NO" : "OK");
      if (!missing) x.ask(set("NIL"), "OK | NO", "RFC5464-4.3-01");
    },
    "METADATA"}};

}  // namespace
}  // namespace mailrig::scenario::annotations
