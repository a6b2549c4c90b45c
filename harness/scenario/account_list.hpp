// account_list: [accounts] of a target file: a pattern, a list, or a file of users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "scenario/toml_table.hpp"
#include "session/credentials.hpp"

namespace mailrig::scenario {

/// How a target file says that tokens are got.
struct token_command {
  std::string command;    ///< run by sh with $MAILRIG_USER set; what it prints is the token
  std::int64_t lifetime;  ///< seconds; 0: until a server refuses it
};

/// What is wrong goes to the table. `tokens` is set where accounts without a token of their own get one by a command.
std::vector<session::credentials> read_accounts(toml_table accounts, std::optional<token_command>& tokens);
/// A password that is given, in the environment, or printed by a command; a mistake where there is none, unless `else_`
/// something else stands for it.
std::string read_password(toml_table& t, bool else_ = false);

/// "u%d" or "user%04d" with n in its place; "%n" is "%d".
std::string numbered(std::string const& pattern, std::int64_t n);
/// Lines of "user:password", or, where the first line names columns (user, password, token, mechanism), comma-separated
/// values. Comments begin with '#'. The fault says the line.
base::result<std::vector<session::credentials>> read_account_lines(std::string_view text);
/// What read_account_lines reads the same accounts from.
std::string account_lines(std::vector<session::credentials> const& accounts);

}  // namespace mailrig::scenario
