// fetch: FETCH with its macros, every item, and sections and partial texts of the mail that lies there.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::scenario::fetch {
namespace {

std::string verb(explorer& x, choice const& c) {
  return x.cased(c["case"], c.is("uid", "yes") ? "UID FETCH" : "FETCH");
}

/// Some messages seen and some not, so that what a FETCH does to \Seen shows.
void before(explorer& x, choice const& c) {
  if (!c.is("seen", "as-it-is"))
    x.ask(fmt::format("STORE 1:* {}FLAGS.SILENT (\\Seen)", c.is("seen", "yes") ? "+" : "-"), x.storing("\\Seen"),
          "RFC3501-6.4.6-01");
}

factor const seen_factor{"seen", {{"yes"}, {"no"}, {"as-it-is"}}};

exploration const macros{exploration_kind{
    "fetch-macro",
    "FETCH ALL, FAST and FULL",
    history::protocol::imap,
    "RFC3501-6.4.5-02",
    {uid_factor, set_factor, {"macro", {{"ALL"}, {"FAST"}, {"FULL"}}}, seen_factor, case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(1)) return;
      before(x, c);
      x.ask(fmt::format("{} {} {}", verb(x, c), x.set(c["set"], c.is("uid", "yes")), x.cased(c["case"], c["macro"])),
            "OK");
      x.look();
    }}};

std::vector<level> const items{{"BODY"},   {"BODYSTRUCTURE"}, {"ENVELOPE"},     {"FLAGS"},           {"INTERNALDATE"},
                               {"RFC822"}, {"RFC822.HEADER"}, {"RFC822.SIZE"},  {"RFC822.TEXT"},     {"UID"},
                               {"BODY[]"}, {"BODY.PEEK[]"},   {"BODY[HEADER]"}, {"BODY[TEXT]<0.10>"}};

exploration const fetch{exploration_kind{
    "fetch-items",
    "FETCH of each item, alone, in parentheses and beside another",
    history::protocol::imap,
    "RFC3501-6.4.5-04",
    {uid_factor,
     set_factor,
     {"item", items},
     {"beside", {{"bare"}, {"alone"}, {"FLAGS"}, {"UID"}, {"ENVELOPE"}, {"RFC822.SIZE"}, {"BODY[]"}, {"itself"}}},
     {"order", {{"first"}, {"last"}}},
     seen_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(1)) return;
      before(x, c);
      auto list = x.cased(c["case"], c["item"]);
      auto const with = c["beside"];
      auto const other = x.cased(c["case"], with == "itself" ? c["item"] : with);
      if (with != "bare" && with != "alone") list = c.is("order", "first") ? list + " " + other : other + " " + list;
      if (with != "bare") list = "(" + list + ")";
      x.ask(fmt::format("{} {} {}", verb(x, c), x.set(c["set"], c.is("uid", "yes")), list), "OK");
      x.look();
    }}};

// --- sections --------------------------------------------------------------------------------------------------------

void labels(wire::mime::part const& p, std::string const& prefix, std::vector<std::string>& out) {
  auto const dot = prefix.empty() ? "" : prefix + ".";
  std::size_t n = 0;
  for (auto const& child : p.is_multipart() ? p.parts : std::vector<wire::mime::part>()) {
    auto const name = dot + std::to_string(++n);
    out.push_back(name);
    if (child.is_message()) {
      out.push_back(name + " ");  // a message: it has a header and a text of its own
      labels(child.parts.empty() ? child : child.parts.front(), name, out);
    } else {
      labels(child, name, out);
    }
  }
  if (!p.is_multipart() && !p.is_message()) out.push_back(dot + "1");
}

/// Numbers of a message's parts, and of those among them that are messages themselves.
struct numbered_parts {
  std::vector<std::string> all, messages;
  explicit numbered_parts(message const& m) {
    if (auto const read = wire::mime::read_message(m.octets); read.certain) labels(read, "", all);
    std::erase_if(all, [&](std::string& p) {
      if (!p.ends_with(' ')) return false;
      messages.push_back(p.substr(0, p.size() - 1));
      return true;
    });
  }
};

/// A section of that form in a message, if it has one.
std::string section_of(explorer& x, choice const& c, message const& m) {
  auto const form = c["section"];
  auto fields = [&] {
    static std::vector<std::string> const names{"Subject", "FROM", "to", "X-None", "Date", "Message-ID"};
    std::string out = x.string(c["string"], x.pick(names));
    for (auto more = x.random.below(3); more > 0; --more) out += " " + x.string(c["string"], x.pick(names));
    return "(" + out + ")";
  };
  if (form == "whole") return "";
  if (form == "no-part") return x.pick(std::vector<std::string>{"2", "9", "99", "1.99", "2.9"});
  if (form == "HEADER" || form == "TEXT") return x.cased(c["case"], form);
  if (form == "HEADER.FIELDS" || form == "HEADER.FIELDS.NOT") return x.cased(c["case"], form) + " " + fields();
  auto const [parts, messages] = numbered_parts(m);
  if (form.starts_with("part")) {
    auto const part = parts.empty() ? "1" : x.pick(parts);
    return form == "part" ? part : part + "." + x.cased(c["case"], "MIME");
  }
  auto const of = messages.empty() ? std::string() : x.pick(messages) + ".";
  if (form == "message.HEADER") return of + x.cased(c["case"], "HEADER");
  if (form == "message.TEXT") return of + x.cased(c["case"], "TEXT");
  return of + x.cased(c["case"], "HEADER.FIELDS") + " " + fields();
}

std::string partial_of(explorer& x, std::string_view form) {
  if (form == "absent") return "";
  if (form == "begin") return fmt::format("<0.{}>", 1 + x.random.below(60));
  if (form == "inside") return fmt::format("<{}.{}>", 1 + x.random.below(300), 1 + x.random.below(300));
  if (form == "beyond") return "<1000000.10>";
  if (form == "one") return fmt::format("<{}.1>", x.random.below(100));
  return "<0.4294967295>";  // all
}

exploration const sections{exploration_kind{
    "fetch",
    "FETCH of sections and partial texts",
    history::protocol::imap,
    "RFC3501-6.4.5-07",
    {uid_factor,
     {"section",
      {{"whole"},
       {"HEADER"},
       {"TEXT"},
       {"HEADER.FIELDS"},
       {"HEADER.FIELDS.NOT"},
       {"part"},
       {"no-part"},
       {"part.MIME"},
       {"message.HEADER"},
       {"message.TEXT"},
       {"message.HEADER.FIELDS"}}},
     {"partial", {{"absent"}, {"begin"}, {"inside"}, {"beyond"}, {"one"}, {"all"}}},
     {"peek", {{"yes"}, {"no"}}},
     {"beside", {{"alone"}, {"UID"}, {"RFC822.SIZE"}, {"ENVELOPE"}, {"BODYSTRUCTURE"}, {"section"}}},
     {"string", {{"atom"}, {"quoted"}, {"literal"}}},
     seen_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (x.mail().empty() || x.messages() < x.mail().size()) return;
      before(x, c);
      // The rig's own mail lies first; of what is named here the checkers know every octet.
      auto const n = x.random.below(x.mail().size());
      // Whether a part that is not there may be asked for, and sets \Seen, no text says.
      bool const absent = c.is("section", "no-part"), peek = absent || c.is("peek", "yes");
      auto const item = [&] {
        return fmt::format("{}[{}]{}", x.cased(c["case"], peek ? "BODY.PEEK" : "BODY"), section_of(x, c, x.mail()[n]),
                           partial_of(x, c["partial"]));
      };
      auto list = item();
      if (c.is("beside", "section"))
        list = fmt::format("({} {})", list, item());
      else if (!c.is("beside", "alone"))
        list = fmt::format("({} {})", list, c["beside"]);
      auto const uid = x.imap().view.at(n + 1).uid;
      bool const by_uid = c.is("uid", "yes") && uid != 0;
      x.ask(fmt::format("{} {} {}", verb(x, c), by_uid ? uid : n + 1, list), absent ? "OK | NO | BAD" : "OK");
      x.look();
    }}};

/// The section `what` of every part that has one.
std::vector<std::string> sections_of(message const& m, std::string_view what) {
  auto [parts, messages] = numbered_parts(m);
  std::string const name(what.starts_with("HEADER.FIELDS") ? fmt::format("{} (subject content-type to)", what) : what);
  if (what == "part") return parts;
  auto const& of = what == "MIME" ? parts : messages;
  std::vector<std::string> out;
  if (what != "MIME") out.push_back(name);
  for (auto const& p : of) out.push_back(p + "." + name);
  return out;
}

constexpr std::size_t at_once = 8;

exploration const every_part{exploration_kind{
    "fetch-parts",
    "FETCH of each section of each part of the mail",
    history::protocol::imap,
    "RFC3501-6.4.5-07",
    {uid_factor, {"section", {{"part"}, {"MIME"}, {"HEADER"}, {"TEXT"}, {"HEADER.FIELDS"}, {"HEADER.FIELDS.NOT"}}}},
    +[](explorer& x, choice const& c) {
      x.look();
      for (std::size_t n = 1; n <= x.mail().size() && n <= x.messages(); ++n) {
        auto const uid = x.imap().view.at(n).uid;
        bool const by_uid = c.is("uid", "yes") && uid != 0;
        auto const sections = sections_of(x.mail()[n - 1], c["section"]);
        for (std::size_t from = 0; from < sections.size() && x.is_open(); from += at_once) {
          std::string list;
          for (auto i = from; i < std::min(from + at_once, sections.size()); ++i)
            list += fmt::format("{}BODY.PEEK[{}]", list.empty() ? "" : " ", sections[i]);
          x.ask(fmt::format("{}FETCH {} ({})", by_uid ? "UID " : "", by_uid ? uid : n, list), "OK");
        }
      }
    }}};

}  // namespace
}  // namespace mailrig::scenario::fetch
