// completion.cpp: `steepest completion` prints a script that lets a shell complete subcommands, options, studies and keys.
#include "commands.h"
#include "options/error.h"
#include "terminal.h"

namespace steepest::app {
namespace {

// The scripts only hand the words over; complete.cpp knows what fits.
constexpr const char* kBash = R"script(# steepest completion for bash: source <(steepest completion bash)
_steepest() {
  local line="${COMP_LINE:0:COMP_POINT}" words found current prefix="" word
  read -a words <<< "$line"  # without -r: a blank behind a backslash belongs to the word
  [[ $line == *[[:space:]] && $line != *\\[[:space:]] ]] && words+=("")
  current="${words[-1]}"
  mapfile -t found < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
  # Readline breaks words at '=': what stands before it must not come twice.
  [[ $current == *=* && $COMP_WORDBREAKS == *=* ]] && prefix="${current%"${current##*=}"}"
  COMPREPLY=()
  for word in "${found[@]}"; do
    word="${word#"$prefix"}"
    [[ $word == *[[:space:]\'\"\$\&\;\(\)\[\]\{\}\<\>\|\*\?\!\\\`]* ]] && printf -v word %q "$word"
    COMPREPLY+=("$word")
  done
  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
  return 0
}
complete -o default -F _steepest steepest
)script";

constexpr const char* kZsh = R"script(#compdef steepest
# steepest completion for zsh: source <(steepest completion zsh)
_steepest() {
  local -a found open closed
  found=("${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  found=(${found:#})
  if (( ! $#found )); then _files; return; fi
  open=(${(M)found:#*=})
  closed=(${found:#*=})
  (( $#open )) && compadd -S '' -- $open
  (( $#closed )) && compadd -- $closed
}
compdef _steepest steepest
)script";

constexpr const char* kFish = R"script(# steepest completion for fish: steepest completion fish | source
function __steepest_words
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c steepest -f -a '(__steepest_words)'
)script";

int work(const std::string& shell) {
  if (shell == "bash") print_result(kBash);
  else if (shell == "zsh") print_result(kZsh);
  else if (shell == "fish") print_result(kFish);
  else
    throw options::InputError(
        {"", "no completion for \"" + shell + "\"", "bash, zsh, fish", options::nearest_name(shell, {"bash", "zsh", "fish"}), "", 0});
  return 0;
}

}  // namespace

Command add_completion(CLI::App& program, Session&) {
  auto* command = program.add_subcommand("completion", "a script for bash, zsh or fish that completes studies, options and keys");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->type_name("SHELL");
  command->footer(
      "Examples:\n"
      "  source <(steepest completion bash)          in ~/.bashrc\n"
      "  source <(steepest completion zsh)           in ~/.zshrc, after compinit\n"
      "  steepest completion fish | source           in ~/.config/fish/config.fish");
  return {command, [shell] { return work(*shell); }};
}

}  // namespace steepest::app
