// data: see data.hpp.
#include "app/data.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/own_program.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::app {
namespace {

namespace fs = std::filesystem;

bool there(fs::path const& p) {
  std::error_code none;
  return fs::exists(p, none);
}

/// What comes later takes the place of what has the same name.
template <class T, class Name>
void overlay(std::vector<T>& all, std::vector<T> more, Name name) {
  std::erase_if(all, [&](T const& old) {
    return std::ranges::any_of(more, [&](T const& one) { return std::invoke(name, one) == std::invoke(name, old); });
  });
  std::ranges::move(more, std::back_inserter(all));
  std::ranges::sort(all, {}, name);
}

/// What is shipped, and over it what lies in `below` of each of the user's folders.
template <class Read, class Name>
auto layered(fs::path const& shipped, std::vector<fs::path> const& own, char const* below, Read const& read,
             Name name) {
  auto all = read(shipped);
  for (auto const& folder : own) {
    if (!all) return all;
    if (!there(folder / below)) continue;
    auto more = read(folder / below);
    if (!more) return more;
    overlay(*all, std::move(*more), name);
  }
  return all;
}

/// Whether a folder holds all that is shipped.
bool is_whole(fs::path const& folder) { return there(folder / "scenarios" / "requirements.tsv"); }

/// Installed: beside the program, whatever the prefix. Built: the source tree is above the build folder, or known to
/// it.
base::result<fs::path> shipped_folder() {
  std::error_code none;
  auto const folder = base::own_program().parent_path();
  for (auto const& beside : {folder / "../share/mailrig", folder / "..", fs::path(MAILRIG_SOURCE_DIR)})
    if (is_whole(beside)) return fs::weakly_canonical(beside, none);
  return base::fault{0, "data",
                     fmt::format("the scenarios that belong to mailrig are not at {}; name their folder with --data",
                                 (folder / "../share/mailrig").lexically_normal().string())};
}

data_folders current;
std::vector<std::string> named_folders;
std::string target_without_option = "embedded";

}  // namespace

base::result<history::catalogue> data_folders::requirements() const {
  auto const file = shipped_ / "scenarios/requirements.tsv";
  auto text = scenario::read_file(file);
  if (!text) return text.error();
  for (auto const& folder : own_) {
    auto const more = folder / "requirements.tsv";
    if (!there(more)) continue;
    if (auto const alone = history::catalogue::read(more); !alone)
      return base::fault{0, more.string(), fmt::format("{}: {}", more.string(), alone.error().text)};
    auto const lines = scenario::read_file(more);
    if (!lines) return lines.error();
    *text += "\n" + lines->substr(std::min(lines->find('\n'), lines->size()));
  }
  auto all = history::catalogue::parse(*text);
  if (all) return all;
  std::string files = file.string();
  for (auto const& folder : own_)
    if (there(folder / "requirements.tsv")) files += ", " + (folder / "requirements.tsv").string();
  return base::fault{0, files, fmt::format("{}: {}", files, all.error().text)};
}

base::result<std::vector<scenario::script>> data_folders::scenarios() const {
  return layered(shipped_ / "scenarios", own_, "scenarios", scenario::read_collection, &scenario::script::id);
}

base::result<std::vector<load::profile>> data_folders::profiles() const {
  return layered(shipped_ / "scenarios/profiles", own_, "profiles", load::read_profiles, &load::profile::name);
}

base::result<std::vector<stress::workload>> data_folders::workloads(history::catalogue const& requirements) const {
  auto const read = [&](fs::path const& folder) -> base::result<std::vector<stress::workload>> {
    auto all = stress::read_workloads(folder);
    if (!all) return all;
    for (auto const& w : *all)
      if (auto const known = scenario::known_claims(w.proves, (folder / (w.name + ".toml")).string(), requirements);
          !known)
        return known.error();
    return all;
  };
  return layered(shipped_ / "scenarios/workloads", own_, "workloads", read, &stress::workload::name);
}

base::result<std::vector<stress::growing_input>> data_folders::growing_inputs() const {
  return layered(shipped_ / "scenarios/robustness/costs", own_, "costs", stress::read_growing_inputs,
                 &stress::growing_input::name);
}

std::vector<scenario::server_description> data_folders::servers() const {
  auto all = scenario::server_descriptions(shipped_ / "fixtures/servers");
  for (auto const& folder : own_)
    overlay(all, scenario::server_descriptions(folder / "servers"), &scenario::server_description::name);
  return all;
}

base::result<std::vector<play::client_file>> data_folders::clients() const {
  return layered(shipped_ / "fixtures/clients", own_, "clients", play::read_clients, &play::client_file::name);
}

base::result<std::vector<play::client_case>> data_folders::client_cases() const {
  return layered(shipped_ / "scenarios/clients", own_, "client-cases", play::read_client_cases, &play::client_case::id);
}

scenario::mailroom data_folders::mail() const {
  std::vector<fs::path> folders{shipped_ / "fixtures/mail"};
  for (auto const& folder : own_)
    if (there(folder / "mail")) folders.push_back(folder / "mail");
  return scenario::mailroom(std::move(folders));
}

std::vector<fs::path> data_folders::targets() const {
  std::vector<fs::path> all;
  for (auto const& folder : own_) {
    std::vector<fs::path> more;
    std::error_code none;
    for (auto const& entry : fs::directory_iterator(folder / "targets", none))
      if (entry.path().extension() == ".toml") more.push_back(entry.path());
    overlay(all, std::move(more), [](fs::path const& p) { return p.stem(); });
  }
  return all;
}

fs::path data_folders::file(std::string const& folder, std::string const& name) const {
  for (auto at = own_.rbegin(); at != own_.rend(); ++at)
    if (there(*at / folder / name)) return *at / folder / name;
  return shipped_ / folder / name;
}

base::result<own_settings> find_own_settings(fs::path const& from) {
  struct stat here = {}, one = {};
  if (::stat(from.c_str(), &here) != 0) return own_settings{};
  for (auto folder = from;; folder = folder.parent_path()) {
    auto const file = folder / "mailrig.toml";
    // What a stranger left in a folder that everybody may write to is not ours to obey.
    if (::stat(file.c_str(), &one) == 0 &&
        (one.st_uid == here.st_uid || one.st_uid == ::geteuid() || one.st_uid == 0)) {
      auto table = scenario::toml_table::read(file, "settings");
      if (!table) return table.error();
      own_settings out;
      for (auto const& d :
           table->texts("data", "folders of your own: scenarios/, profiles/, workloads/, servers/, mail/"))
        out.data.push_back((folder / d).lexically_normal());
      out.target = table->text("target", "what --target is without that option: a target file, a URL or a server", "");
      if (auto const wrong = table->mistake()) return *wrong;
      if (there(folder / out.target)) out.target = fs::proximate(folder / out.target, from).string();
      return out;
    }
    if (folder == folder.parent_path()) return own_settings{};
  }
}

base::result<data_folders> find_data(std::vector<std::string> const& named, own_settings const& own) {
  std::vector<fs::path> wanted = own.data;
  if (auto const* set = std::getenv("MAILRIG_DATA"))
    for (auto const part : base::split(set, ':'))
      if (!part.empty()) wanted.emplace_back(part);
  wanted.insert(wanted.end(), named.begin(), named.end());
  fs::path whole;
  std::vector<fs::path> others;
  for (auto const& folder : wanted) {
    std::error_code none;
    if (!fs::is_directory(folder, none))
      return base::fault{0, "data", fmt::format("{} is no folder that could hold scenarios or mail", folder.string())};
    if (is_whole(folder))
      whole = folder;
    else
      others.push_back(folder);
  }
  if (!whole.empty()) return data_folders(std::move(whole), std::move(others));
  auto shipped = shipped_folder();
  if (!shipped) return shipped.error();
  return data_folders(std::move(*shipped), std::move(others));
}

void use_data(data_folders folders, std::vector<std::string> named) {
  current = std::move(folders);
  named_folders = std::move(named);
}

data_folders const& data() { return current; }
std::vector<std::string> const& named_data() { return named_folders; }

std::string spelled_data() {
  std::string out;
  for (auto const& folder : named_folders) out += " --data " + base::shell_word(folder);
  return out;
}

void use_default_target(std::string target) { target_without_option = std::move(target); }
std::string const& default_target() { return target_without_option; }

}  // namespace mailrig::app
