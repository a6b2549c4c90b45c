// client_case: see client_case.hpp.
#include "play/client_case.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/registry.hpp"
#include "base/text.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "scenario/declarations.hpp"
#include "scenario/toml_folder.hpp"

namespace mailrig::play {
namespace {

using history::protocol;
using scenario::toml_table;

bool is_of(embedded::latitude const& l, protocol p) {
  return (l.pop3_asked || l.pop3_answered) == (p == protocol::pop3);
}

bool is_of(embedded::defect const& d, protocol p) {
  using place = embedded::rewrite::place;
  bool const pop3 = d.pop3_request_hook || d.pop3_reply_hook || d.pop3_end_hook || d.words.at == place::pop3_reply ||
                    d.words.at == place::pop3_request;
  return pop3 == (p == protocol::pop3);
}

/// Names that the globs choose, of those that this protocol has; "all" and "mix:7" are as they stand.
template <class Kind>
std::vector<std::string> chosen(toml_table& t, std::string const& key, std::vector<std::string> const& globs,
                                std::vector<std::string> const& but, protocol p) {
  std::vector<std::string> out;
  for (auto const& glob : globs) {
    bool any = glob == "all" || glob.starts_with("mix:");
    if (any) out.push_back(glob);
    for (auto const* kind : base::registry<Kind>::all()) {
      if (!base::glob(glob, kind->name)) continue;
      any = true;
      auto const left_out = [&](auto const& b) { return base::glob(b, kind->name); };
      if (is_of(*kind, p) && std::ranges::none_of(but, left_out)) out.emplace_back(kind->name);
    }
    if (!any) t.wrong(key, fmt::format("nothing is called '{}'", glob));
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

constexpr std::string_view duties[] = {"all", "honest", "part", "survive", "refuse"};
constexpr duty all_duties[] = {duty::all, duty::honest, duty::part, duty::survive, duty::refuse};
constexpr security all_securities[] = {security::plain, security::starttls, security::implicit};

template <class Value, class All>
std::optional<Value> one_named(All const& all, std::string_view name) {
  for (Value const v : all)
    if (name_of(v) == name) return v;
  return std::nullopt;
}

/// What all cases that one table stands for have alike.
client_case read_common(toml_table& t) {
  client_case out;
  out.title = t.text("title", "one sentence: what must be true", "");
  if (out.title.empty()) t.wrong("", "a case needs a title");
  out.proves = t.texts("proves", "rows of requirements.tsv");
  out.tags = t.texts("tags", "to choose by");
  for (auto const& text : t.texts("mail", "what lies in INBOX: 'plain', 'plain x 3', 'plain (\\Seen)'")) {
    auto mail = scenario::read_mail_words(text);
    if (mail)
      std::ranges::move(*mail, std::back_inserter(out.mail));
    else
      t.wrong("mail", mail.error().text);
  }
  for (auto const& text : t.texts("between", "what happens before the next run: 'add plain; remove 1; renew'")) {
    auto changes = read_changes(text);
    if (changes)
      out.between.push_back(std::move(*changes));
    else
      t.wrong("between", fmt::format("'{}' should be 'add MAIL', 'remove N', 'flags N (\\Seen)' or 'renew', with ';' "
                                     "between",
                                     text));
  }
  out.certificate = *certificate_named(t.choice("certificate", "of the server", certificate_names()));
  out.owes =
      *one_named<duty>(all_duties, t.choice("owes", "what the client owes", {std::begin(duties), std::end(duties)}));
  return out;
}

template <class Value>
std::vector<Value> several(toml_table& t, std::string_view key, std::string_view note,
                           std::vector<Value> const& known) {
  std::vector<Value> out;
  for (auto const& word : t.texts(key, note)) {
    auto const at = std::ranges::find_if(known, [&](Value v) { return name_of(v) == word; });
    if (at == known.end())
      t.wrong(key, fmt::format("'{}' is not known there", word));
    else
      out.push_back(*at);
  }
  return out.empty() ? std::vector<Value>{known.front()} : out;
}

void read_one(toml_table& t, std::string const& stem, std::vector<client_case>& out) {
  auto const common = read_common(t);
  auto const name = t.text("name", "behind the file's name", "");
  if (name.empty()) t.wrong("", "a case needs a name");
  auto const protocols = several<protocol>(t, "protocols", "imap, pop3", {protocol::imap, protocol::pop3});
  auto const ways = several<security>(t, "tls", "plain, starttls, implicit",
                                      {security::plain, security::starttls, security::implicit});
  auto const latitudes = t.texts("latitude", "globs: each that fits is a case; all, mix:7");
  auto const defects = t.texts("defect", "globs: each that fits is a case");
  auto const but = t.texts("but", "globs: not these");
  for (auto const p : protocols)
    for (auto const way : ways) {
      auto one = common;
      one.proto = p;
      one.secured = way;
      one.id = stem + "/" + name;
      if (protocols.size() > 1) one.id += fmt::format("/{}", name_of(p));
      if (ways.size() > 1) one.id += fmt::format("/{}", name_of(way));
      if (latitudes.empty() && defects.empty()) out.push_back(one);
      auto const base_id = one.id;
      for (auto const& l : chosen<embedded::latitude>(t, "latitude", latitudes, but, p)) {
        one.latitudes = {l};
        one.id = base_id + "/" + l;
        out.push_back(one);
      }
      one.latitudes.clear();
      for (auto const& d : chosen<embedded::defect>(t, "defect", defects, but, p)) {
        one.defect = d;
        one.id = base_id + "/" + d;
        out.push_back(one);
      }
    }
}

}  // namespace

std::string_view name_of(duty d) { return duties[std::size_t(d)]; }

namespace {

base::fault wrong_header(std::string const& file, std::string_view key, std::string_view known) {
  return {0, "case", fmt::format("{}: '{}' is one of {}", file, key, known)};
}

/// A script is a case of its own.
base::result<client_case> read_script_case(std::filesystem::path const& file, std::string const& id) {
  auto const text = scenario::read_file(file);
  if (!text) return text.error();
  auto script = scenario::read_played_script(*text, file.string(), id);
  if (!script) return script.error();
  client_case out;
  out.id = id;
  out.file = file.string();
  out.title = script->said.title;
  out.proves = script->said.proves;
  out.tags = script->said.tags;
  out.mail = script->said.mail;
  out.proto = script->said.sessions.front().proto;
  out.owes = duty::survive;
  if (auto const owes = script->more.find("owes"); owes != script->more.end()) {
    auto const named = one_named<duty>(all_duties, owes->second);
    if (!named) return wrong_header(out.file, "owes", "all, honest, part, survive, refuse");
    out.owes = *named;
  }
  if (auto const tls = script->more.find("tls"); tls != script->more.end()) {
    auto const named = one_named<security>(all_securities, tls->second);
    if (!named) return wrong_header(out.file, "tls", "plain, starttls, implicit");
    out.secured = *named;
  }
  auto parts = parts_of(script->said);
  if (!parts) return parts.error();
  out.parts = std::move(*parts);
  return out;
}

}  // namespace

base::result<std::vector<client_case>> read_client_case_file(std::filesystem::path const& file) {
  if (file.extension() == ".scn") {
    auto one = read_script_case(file, file.stem().string());
    if (!one) return one.error();
    return std::vector<client_case>{std::move(*one)};
  }
  auto const root = toml_table::read(file, "case");
  if (!root) return root.error();
  auto t = *root;
  std::vector<client_case> out;
  for (auto& one : t.tables("case", "what a client is put to")) read_one(one, file.stem().string(), out);
  if (auto bad = root->mistake()) return *bad;
  for (auto& c : out) c.file = file.string();
  std::ranges::sort(out, {}, &client_case::id);
  if (auto const twice = std::ranges::adjacent_find(out, {}, &client_case::id); twice != out.end())
    return base::fault{0, "case", fmt::format("{}: two cases are called {}", file.string(), twice->id)};
  return out;
}

base::result<std::vector<client_case>> read_client_cases(std::filesystem::path const& folder) {
  auto files = scenario::read_toml_folder(folder, read_client_case_file);
  if (!files) return files.error();
  std::vector<client_case> out;
  for (auto& cases : *files) std::ranges::move(cases, std::back_inserter(out));
  std::error_code none;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
    if (entry.path().extension() != ".scn") continue;
    auto const id = entry.path().lexically_relative(folder).replace_extension().generic_string();
    auto one = read_script_case(entry.path(), id);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  std::ranges::sort(out, {}, &client_case::id);
  return out;
}

}  // namespace mailrig::play
