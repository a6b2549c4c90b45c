// selection: see selection.hpp.
#include "app/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "scenario/collection.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app {
namespace {

namespace fs = std::filesystem;
using scenario::script;

/// The file itself, however it is spelt; empty where there is none.
fs::path real(fs::path const& p) {
  std::error_code none;
  auto out = fs::canonical(p, none);
  return none ? fs::path() : out;
}

/// Scenario files below a folder, or those that a glob like "mine/*.scn" names.
std::vector<fs::path> files_below(fs::path const& folder, std::string const& glob = {}) {
  std::vector<fs::path> out;
  std::error_code none;
  std::error_code unknown;  // of a link that leads nowhere: whoever reads it is told
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, none), end;
       !none && at != end; at.increment(none))
    if (at->path().extension() == ".scn" && !at->is_directory(unknown) &&
        (glob.empty() || base::glob(glob, at->path().generic_string())))
      out.push_back(at->path());
  std::ranges::sort(out);
  return out;
}

/// What a selector names in the file system; empty where nothing of that name is there.
std::vector<fs::path> files_of(std::string const& selector) {
  std::error_code none;
  fs::path const p(selector);
  if (base::names_a_file(p)) return {p};
  if (fs::is_directory(p, none)) return files_below(p);
  auto const star = selector.find_first_of("*?");
  if (star == selector.npos || !selector.ends_with(".scn")) return {};
  auto const folder = selector.substr(0, selector.rfind('/', star) + 1);
  return files_below(folder.empty() ? "." : folder, folder.empty() ? "./" + selector : selector);
}

constexpr char const* put_off = "it waits for minutes: --slow plays what does, side by side";

class selecting {
 public:
  explicit selecting(std::vector<script> all) : all_(std::move(all)), wanted_(all_.size()), late_(all_.size()) {
    for (auto const& s : all_) places_.push_back(real(s.file));
  }

  void take_all() {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      wanted_[i] = !scenario::is_big(all_[i]);
      late_[i] = all_[i].is_slow();
    }
  }

  base::result<void> take(std::string const& selector) {
    // What lies there is meant, whatever else ends in the same name.
    auto const files = files_of(selector);
    for (auto const& f : files)
      if (auto const done = file(f); !done) return done.error();
    if (!files.empty()) return {};
    bool any = false;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (scenario::selects(selector, all_[i])) {
        bool const meant = scenario::asks_for(selector, all_[i]);
        any = true;
        late_[i] = all_[i].is_slow() && !meant && (late_[i] || !wanted_[i]);
        wanted_[i] = wanted_[i] || meant || late_[i];
      }
    if (any) return {};
    std::error_code none;
    bool const folder = fs::is_directory(selector, none);
    return base::fault{
        0, "selector",
        folder ? fmt::format("'{}' has no scenario (*.scn)", selector)
               : fmt::format("'{}' is no file and selects nothing; `mailrig list scenarios` shows what there is",
                             selector)};
  }

  std::vector<chosen> out() {
    std::vector<chosen> out;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (wanted_[i]) {
        out.push_back({all_[i], all_[i].id});
        if (late_[i]) out.back().script.put_off = put_off;
      }
    for (auto& f : foreign_) out.push_back(std::move(f));
    return out;
  }

 private:
  base::result<void> file(fs::path const& f) {
    auto const place = real(f);
    bool ours = false;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (!place.empty() && places_[i] == place) wanted_[i] = ours = true, late_[i] = false;
    if (ours || std::ranges::find(foreign_places_, place) != foreign_places_.end()) return {};
    auto const text = scenario::read_file(f);
    if (!text) return text.error();
    auto one = scenario::read_script(*text, f.string(), fs::path(f).replace_extension().generic_string());
    if (!one) return one.error();
    foreign_places_.push_back(place);
    for (auto& each : scenario::on_each_account({std::move(*one)})) foreign_.push_back({std::move(each), f.string()});
    return {};
  }

  std::vector<script> all_;
  std::vector<bool> wanted_, late_;  ///< late: tagged `slow`, and not asked for by itself
  std::vector<fs::path> places_;     ///< of the collection's files
  std::vector<chosen> foreign_;
  std::vector<fs::path> foreign_places_;
};

}  // namespace

base::result<std::vector<chosen>> select_scenarios(std::vector<script> collection,
                                                   std::vector<std::string> const& selectors) {
  selecting all(std::move(collection));
  if (selectors.empty()) all.take_all();
  for (auto const& s : selectors)
    if (auto const done = all.take(s); !done) return done.error();
  return all.out();
}

void keep_slow(std::vector<chosen>& all) {
  std::erase_if(all, [](chosen const& c) { return !c.script.is_slow(); });
  for (auto& c : all) c.script.put_off.clear();
}

}  // namespace mailrig::app
