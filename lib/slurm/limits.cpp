// limits.cpp: see limits.h.
#include "slurm/limits.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "slurm/commands.h"

namespace steepest::slurm {
namespace {

constexpr int kDefaultArraySize = 1001;  // Slurm's own, slurm.conf(5)

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::optional<int> number(const std::string& text) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::map<std::string, std::string> settings(const std::string& text) {
  std::map<std::string, std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) found[trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
  }
  return found;
}

Limit limit(const std::map<std::string, std::string>& settings, const std::string& associations) {
  const auto of = [&](const char* key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::nullopt : number(found->second);
  };
  const int array = of("MaxArraySize").value_or(kDefaultArraySize);
  Limit least{array - 1, "MaxArraySize=" + std::to_string(array)};
  const auto lower = [&](const std::string& key, std::optional<int> most) {
    if (most && *most > 0 && *most < least.tasks) least = {*most, key + "=" + std::to_string(*most)};
  };
  lower("MaxJobCount", of("MaxJobCount"));
  // Of several accounts the user may take the one with most.
  std::optional<int> submit;
  bool without = false;
  std::istringstream lines(associations);
  for (std::string line; std::getline(lines, line);) {
    if (const auto most = number(trimmed(line))) submit = std::max(submit.value_or(0), *most);
    else without = true;
  }
  if (!without) lower("MaxSubmitJobs", submit);
  return least;
}

Limit ask_limit() {
  const auto found = settings(ask("scontrol", {"show", "config"}));
  const auto accounting = found.find("AccountingStorageType");
  const bool keeps_accounts = accounting != found.end() && accounting->second == "accounting_storage/slurmdbd";
  const passwd* user = getpwuid(getuid());
  if (!keeps_accounts || user == nullptr) return limit(found, "");
  return limit(found, ask("sacctmgr", {"-nP", "show", "assoc", std::string("user=") + user->pw_name, "format=MaxSubmitJobs"}));
}

}  // namespace steepest::slurm
