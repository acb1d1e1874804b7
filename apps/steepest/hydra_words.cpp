// hydra_words.cpp: see hydra_words.h.
#include "hydra_words.h"

#include <algorithm>

#include "options/error.h"

namespace steepest::app {
namespace {

using options::InputError;

struct Habit {
  const char *short_name, *name, *here;
};

/// Hydra's options, and what does here what they do there.
constexpr Habit kHabits[] = {
    {"-m", "--multirun", "several values sweep by themselves, as in `steepest run model.rank=2,8 'seed=range(3)'`"},
    {"-r", "--run", "`steepest run KEY=VALUE ...` runs"},
    {"-c", "--cfg", "`steepest config KEY=VALUE ...` prints the composed run"},
    {"-p", "--package", "`steepest config --explain KEY` shows one key, or one section"},
    {"", "--resolve", "`steepest config` shows every interpolation resolved"},
    {"-cn", "", "--config-name NAME names the root file"},
    {"-cp", "--config-path", "--experiments DIR names the folder of root files and groups"},
    {"-cd", "--config-dir", "--experiments DIR names the folder of root files and groups"},
    {"-i", "--info",
     "`steepest config --sources` says where each value comes from, `steepest config --groups` what there is to choose from"},
    {"-sc", "--shell-completion", "`steepest completion bash`, zsh or fish, prints what completes"},
    {"", "--hydra-help", "`steepest run --help` helps"},
    {"", "--experimental-rerun", "`steepest run --rerun RUN` makes a stored run again and compares the bits"}};

}  // namespace

void refuse_hydra_option(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  for (const auto& habit : kHabits) {
    if (!name.empty() && (name == habit.short_name || name == habit.name))
      throw InputError({name, std::string("an option of Hydra's; here ") + habit.here});
  }
}

void refuse_hydra_settings(const std::vector<std::string>& overrides) {
  for (const auto& word : overrides) {
    const std::string key = word.substr(std::min(word.find_first_not_of("+~"), word.size()));
    if (key.rfind("hydra", 0) != 0 || key.size() == 5 || std::string("./@=").find(key[5]) == std::string::npos) continue;
    throw InputError(
        {word,
         "a setting of Hydra's own; here --database PATH says where all that runs leave is kept, --jobs N and --device NAME how "
         "they are launched, and values with commas sweep"});
  }
}

}  // namespace steepest::app
