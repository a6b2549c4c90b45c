// completion_command: `mailrig completion SHELL`, and what its scripts ask for.
#include <iostream>

#include "app/command_line.hpp"
#include "app/completion.hpp"
#include "app/exit_code.hpp"

namespace mailrig::app::completion_command {
namespace {

constexpr char const* bash_script = R"shell(# Completion of mailrig for bash: eval "$(mailrig completion bash)"
_mailrig() {
  local line words
  read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
  COMPREPLY=()
  while IFS=$'\t' read -r line _; do COMPREPLY+=("$line"); done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
  case ${COMPREPLY[0]} in */ | *:) compopt -o nospace ;; esac
}
complete -o default -F _mailrig mailrig
)shell";

constexpr char const* zsh_script = R"shell(#compdef mailrig
# Completion of mailrig for zsh: put it into a folder of $fpath as _mailrig.
_mailrig() {
  local line
  local -a open done_
  for line in "${(@f)$($words[1] complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    case ${line%%$'\t'*} in
      */ | *:) open+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) done_+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  if (( $#open + $#done_ )); then
    _describe mailrig done_ -- open -S ''
  else
    _files
  fi
}
compdef _mailrig mailrig 2>/dev/null
)shell";

constexpr char const* fish_script = R"shell(# Completion of mailrig for fish: mailrig completion fish | source
complete -c mailrig -a '(set -l words (commandline -opc); $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null)'
)shell";

void declare(options& c, invocation& to) {
  auto shell = std::make_shared<std::string>();
  c.add_option("shell", *shell, "which one").required().one_of({"bash", "zsh", "fish"});
  c.footer(
      "Examples:\n  eval \"$(mailrig completion bash)\"\n  mailrig completion zsh > ~/.zfunc/_mailrig\n"
      "  mailrig completion fish > ~/.config/fish/completions/mailrig.fish");
  acts(c, to, shell, [](std::string const& which) {
    std::cout << (which == "bash" ? bash_script : which == "zsh" ? zsh_script : fish_script);
    return int(clean);
  });
}

void declare_complete(options& c, invocation& to) {
  c.hide();
  auto words = std::make_shared<std::vector<std::string>>();
  c.add_option("word", *words, "of the command line, the last one unfinished");
  acts(c, to, words, [](std::vector<std::string> const& line) {
    invocation none;
    std::vector<std::string> named;
    auto const all = make_command_line(none, named);
    for (auto const& one : complete(*all, line)) std::cout << one.word << '\t' << one.note << '\n';
    return int(clean);
  });
}

command const these_commands[] = {
    {"completion", 160, "Prints what makes a shell complete command lines of mailrig", declare},
    {"complete", 170, "What a shell may offer for the last word", declare_complete}};
base::registrar const registered{these_commands};

}  // namespace
}  // namespace mailrig::app::completion_command
