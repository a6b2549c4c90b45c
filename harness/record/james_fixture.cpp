// james_fixture: see james_fixture.hpp.
#include "record/james_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "record/log_lines.hpp"

namespace mailrig::record {
namespace {

/// A call's arguments, which begin behind its "(".
std::vector<std::string_view> arguments(std::string_view source, std::size_t at) {
  std::vector<std::string_view> out;
  int depth = 0;
  bool quoted = false;
  std::size_t begin = at;
  for (; at < source.size(); ++at) {
    char const c = source[at];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if ((c == ')' && depth-- == 0) || (c == ',' && depth == 0)) {
      out.push_back(base::trim(source.substr(begin, at - begin)));
      begin = at + 1;
      if (c == ')') break;
    }
  }
  return out;
}

std::string_view in_quotes_of(std::string_view text) {
  auto const open = text.find('"');
  auto const close = open == text.npos ? open : text.find('"', open + 1);
  return close == text.npos ? std::string_view() : text.substr(open + 1, close - open - 1);
}

class class_reader {
 public:
  class_reader(std::string_view source, std::string_view script) : source_(source), script_(script) {}

  std::optional<james_fixture> read() {
    auto const runs = place();
    if (!runs) return std::nullopt;
    auto const begin = source_.rfind("@Test", *runs);
    auto const method = source_.substr(begin, *runs - begin);
    auto const set_up = set_up_part();
    bool const own = method.find("BasicImapCommands.") != method.npos;  // a protocol of its own
    if (!own) part(set_up);
    part(method);
    auto const all = std::string(own ? "" : set_up) + std::string(method);
    out_.begins = all.find("prepareMailbox(") != all.npos  ? james_fixture::beginning::selected
                  : all.find("selectInbox(") != all.npos   ? james_fixture::beginning::inbox
                  : all.find(".authenticate(") != all.npos ? james_fixture::beginning::authenticated
                                                           : james_fixture::beginning::greeting;
    out_.cyrus = source_.find("MailboxMessageAppender") != source_.npos;
    out_.quota = all.find("setQuotaLimits") != all.npos;
    out_.known = true;
    return out_;
  }

 private:
  /// run("Name") or run("folder/Name").
  std::optional<std::size_t> place() const {
    for (auto at = source_.find("run(\""); at != source_.npos; at = source_.find("run(\"", at + 1)) {
      auto name = in_quotes_of(source_.substr(at));
      if (auto const slash = name.rfind('/'); slash != name.npos) name.remove_prefix(slash + 1);
      if (name == script_ && source_.rfind("@Test", at) != source_.npos) return at;
    }
    return std::nullopt;
  }

  std::string_view set_up_part() const {
    auto const at = source_.find("void setUp(");
    if (at == source_.npos) return {};
    return source_.substr(at, source_.find("@Test", at) - at);
  }

  void part(std::string_view text) {
    struct call {
      std::size_t at;
      std::string_view name;
    };
    constexpr std::array<std::string_view, 5> names{"withMailbox(", "withFilledMailbox(", "withRights(",
                                                    "withGrantRights(", "system.createMailbox("};
    std::vector<call> calls;
    for (auto const name : names)
      for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1)) calls.push_back({at, name});
    std::ranges::sort(calls, {}, &call::at);
    for (auto const& c : calls) {
      auto const given = arguments(text, c.at + c.name.size());
      if (given.empty()) continue;
      auto& box = mailbox(text, given[0]);
      box.filled = box.filled || c.name == "withFilledMailbox(";
      if (given.size() != 3) continue;
      auto const spelt = in_quotes_of(given[2]);
      box.rights = spelt.empty() ? in_quotes_of(value_of(text, given[2])) : spelt;
    }
  }

  james_fixture::mailbox& mailbox(std::string_view text, std::string_view path) {
    auto const [user, name] = path_of(text, path, 0);
    for (auto& box : out_.mailboxes)
      if (base::iequals(box.user, user) && box.name == name) return box;
    out_.mailboxes.push_back({user, name, false, ""});
    return out_.mailboxes.back();
  }

  /// "X = VALUE;", in the method or in the class.
  std::string_view value_of(std::string_view text, std::string_view name) const {
    for (auto const where : {text, source_}) {
      auto const at = where.find(fmt::format(" {} = ", name));
      if (at != where.npos) return where.substr(at + name.size() + 4, where.find(';', at) - at - name.size() - 4);
    }
    return {};
  }

  std::string user_of(std::string_view text, std::string_view user) const {
    if (auto const spelt = in_quotes_of(user); !spelt.empty()) return std::string(spelt);
    if (auto const value = in_quotes_of(value_of(text, user)); !value.empty()) return std::string(value);
    return user == "USER" ? std::string(james_user) : std::string(user);
  }

  struct path {
    std::string user, name;
  };
  path path_of(std::string_view text, std::string_view said, int depth) const {
    if (depth > 8) return {};
    for (std::string_view const form : {"MailboxPath.forUser(", "MailboxPath.inbox(", "new MailboxPath("}) {
      if (!said.starts_with(form)) continue;
      auto given = arguments(said, form.size());
      if (form == "new MailboxPath(" && !given.empty()) given.erase(given.begin());
      if (given.empty()) return {};
      return {user_of(text, given[0]), std::string(given.size() > 1 ? in_quotes_of(given[1]) : "")};
    }
    if (auto const at = said.find(".child("); at != said.npos) {
      auto out = path_of(text, said.substr(0, at), depth + 1);
      out.name += (out.name.empty() ? "" : ".") + std::string(in_quotes_of(said.substr(at)));
      return out;
    }
    auto const value = value_of(text, said);
    return value.empty() ? path{} : path_of(text, value, depth + 1);
  }

  std::string_view source_, script_;
  james_fixture out_;
};

/// ".../src/main/java" of ".../src/main/resources/org/apache/...".
std::filesystem::path java_beside(std::filesystem::path const& script) {
  for (auto at = std::filesystem::absolute(script).parent_path(); at.has_relative_path(); at = at.parent_path())
    if (at.filename() == "resources") return at.parent_path() / "java";
  return {};
}

}  // namespace

std::optional<james_fixture> read_james_class(std::string_view source, std::string_view script) {
  return class_reader(source, script).read();
}

std::optional<james_fixture> james_class_around(std::filesystem::path const& script) {
  std::error_code none;
  std::vector<std::filesystem::path> sources;
  for (auto it = std::filesystem::recursive_directory_iterator(java_beside(script), none); it != decltype(it)();
       it.increment(none)) {
    if (none) break;
    if (it->path().extension() == ".java") sources.push_back(it->path());
  }
  std::ranges::sort(sources);
  for (auto const& file : sources) {
    auto const source = base::read_file(file, 1u << 20);
    if (!source) continue;
    if (auto found = read_james_class(*source, script.stem().string())) return found;
  }
  return std::nullopt;
}

james_fixture guessed_fixture(std::string_view script) {
  constexpr std::array<std::string_view, 9> of_messages{"FETCH", "STORE", "SEARCH", "COPY",   "MOVE",
                                                        "UID",   "CHECK", "CLOSE",  "EXPUNGE"};
  james_fixture out;
  bool opened = false;
  for (auto const& line : lines_of(script)) {
    if (!line.text.starts_with("C: ")) continue;
    auto const w = base::words(line.text.substr(3));
    auto const verb = w.size() > 1 ? base::to_upper(w[1]) : "";
    if (verb == "LOGIN" || verb == "AUTHENTICATE") {
      out.begins = james_fixture::beginning::greeting;
      return out;
    }
    opened = opened || verb == "SELECT" || verb == "EXAMINE";
    if (!opened && std::ranges::find(of_messages, verb) != of_messages.end())
      out.begins = james_fixture::beginning::selected;
  }
  return out;
}

}  // namespace mailrig::record
