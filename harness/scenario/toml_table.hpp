// toml_table: a table of a TOML file that is being read: typed, with bounds, and nobody's key is an error.
// The first mistake is kept with its line and ends nothing: a reader asks for what it knows, and then once for
// mistakes. The same questions, put to an empty file, list the keys that there are (`mailrig explain target`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mailrig::scenario {

/// A key that a reader asks for.
struct toml_key {
  std::string path;  ///< "imap.url", "device[].name"
  std::string type;  ///< "text", "true or false", "number from 0 to 1"
  std::string note;
};

/// Copies are the same table. One thread.
class toml_table {
 public:
  /// The root of a file. `what` names the kind of file in faults: "target".
  static base::result<toml_table> read(std::filesystem::path const& file, std::string what);
  static base::result<toml_table> parse(std::string_view text, std::filesystem::path const& file, std::string what);
  /// An empty file whose reader is to say what it knows.
  static toml_table asked();
  std::vector<toml_key> const& keys_asked() const;

  std::filesystem::path const& file() const;
  bool has(std::string_view key) const;

  std::optional<std::string> text(std::string_view key, std::string_view note);
  std::string text(std::string_view key, std::string_view note, std::string_view otherwise) {
    return text(key, note).value_or(std::string(otherwise));
  }
  bool flag(std::string_view key, std::string_view note, bool otherwise = false);
  std::optional<double> number(std::string_view key, std::string_view note, double least, double most);
  std::optional<std::int64_t> whole(std::string_view key, std::string_view note, std::int64_t least, std::int64_t most);
  /// One text, or a list of them.
  std::vector<std::string> texts(std::string_view key, std::string_view note);
  std::vector<double> numbers(std::string_view key, std::string_view note, double least, double most);
  /// One of `known`; the first where there is none.
  std::string choice(std::string_view key, std::string_view note, std::vector<std::string_view> const& known);
  /// A path, from the file's folder; empty where there is none.
  std::string path(std::string_view key, std::string_view note);
  /// Read by `read`, which answers with an optional or a result; `example` says how it is written.
  template <class T, class Read>
  void words(std::string_view key, std::string_view note, std::string_view example, T& to, Read read) {
    auto const said = text(key, std::string(note) + ", e.g. " + std::string(example));
    if (!said) return;
    if (auto v = read(*said))
      to = *v;
    else
      wrong(key, std::string(key) + " is written like " + std::string(example));
  }

  /// Empty where the file has none: `has` tells.
  toml_table table(std::string_view key, std::string_view note);
  std::vector<toml_table> tables(std::string_view key, std::string_view note);
  /// Keys that are the user's own; none of them is unknown then.
  std::vector<std::string> own_keys(std::string_view note);

  /// A mistake that only the reader sees; at the table itself without a key.
  void wrong(std::string_view key, std::string const& text);
  base::fault fault_at(std::string_view key, std::string const& text) const;
  /// The first key that nobody asked for, since what is missing may be what it should have been; then the first of the
  /// other mistakes, in the order of questions.
  std::optional<base::fault> mistake() const;

 private:
  struct source;
  struct place;
  toml_table(std::shared_ptr<source> s, std::shared_ptr<place> p) : source_(std::move(s)), place_(std::move(p)) {}
  void ask(std::string_view key, std::string_view type, std::string_view note);

  std::shared_ptr<source> source_;
  std::shared_ptr<place> place_;
};

}  // namespace mailrig::scenario
