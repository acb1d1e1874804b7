// checks.cpp: see checks.h.
#include "checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <cstdlib>
#include <sstream>

#include "data/corpus.h"
#include "options/error.h"
#include "store/schema.h"
#include "options/json.h"
#include "study/study.h"
#include "sweep/child_process.h"
#include "sweep/cores.h"
#include "sweep/probe.h"

namespace steepest::app {
namespace {

namespace fs = std::filesystem;
using Checks = std::vector<Check>;

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return "unknown";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::optional<fs::path> on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code ignored;
    if (fs::is_regular_file(fs::path(folder) / program, ignored)) return fs::path(folder) / program;
  }
  return {};
}

/// One build serves CPU and GPU where LibTorch does; a GPU that it cannot use is worth a warning.
Check check_devices(const nlohmann::json& probe) {
  const auto devices = probe.value("devices", std::vector<std::string>{"cpu"});
  const bool built_for_cuda = probe.value("built_for_cuda", false), used = devices.size() > 1;
  const bool present = fs::exists("/dev/nvidia0") || fs::exists("/proc/driver/nvidia/version");
  std::string found =
      fmt::format("{}; {} core{} allowed", fmt::join(devices, ", "), sweep::allowed_cores(), sweep::allowed_cores() == 1 ? "" : "s");
  if (used) return {Health::ok, "devices", found, ""};
  if (!present) return {Health::ok, "devices", found + (built_for_cuda ? "; LibTorch serves CUDA too, no NVIDIA device is here" : ""), ""};
  if (built_for_cuda)
    return {Health::warning, "devices", found + "; an NVIDIA device is here that LibTorch cannot use",
            "look at nvidia-smi: the driver must be as new as LibTorch's CUDA"};
  return {Health::warning, "devices", found + "; an NVIDIA device is here, and this LibTorch is for the CPU alone",
          "make clean-setup, then make setup"};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Checks check_worker(const Session& session) {
  try {
    const auto probe = sweep::probe_worker(session.worker());
    return {
        {Health::ok, "LibTorch", fmt::format("{}, built with {}", text_of(probe, "libtorch"), text_of(probe, "compiler")), ""},
        {Health::ok, "BLAS", fmt::format("{}, CPU capability {}", text_of(probe, "blas"), text_of(probe, "cpu_capability")), ""},
        {Health::ok, "kernels",
         fmt::format("{}; precision=bf16: {}", text_of(probe, "kernels"),
                     probe.value("bfloat16_products", false) ? "the processor's own products" : "made of float32's, and slower than these"),
         ""},
        check_devices(probe)};
  } catch (const options::InputError& error) {
    return {{Health::failure, "LibTorch", error.what(), "build the training program: make build"}};
  }
}

Checks check_experiments(const Session& session) {
  try {
    const auto composer = session.composer();
    for (const auto& root : composer.roots()) composer.rooted_at(root).compose(std::vector<std::string>{});
    const auto studies = study::study_names(composer);
    Checks checks;
    for (const auto& name : study::misnamed_studies(composer)) {
      checks.push_back({Health::warning, "experiments",
                        fmt::format("study/{}.yaml reads as an override or an option, not as a study's name", name),
                        "give the file another name"});
    }
    checks.push_back({Health::ok, "experiments",
                      fmt::format("{}: {} groups, studies: {}", composer.directory().string(), composer.groups().size(),
                                  studies.empty() ? "none" : fmt::format("{}", fmt::join(studies, ", "))),
                      ""});
    return checks;
  } catch (const options::InputError& error) { return {{Health::failure, "experiments", error.what(), "mend the file that is named"}}; }
}

Checks check_corpora(const Session& session) {
  Checks checks;
  const auto folders = session.data();
  std::error_code ignored;
  try {
    const auto composer = session.composer();
    for (const auto& name : composer.options("data")) {
      const std::string subject = "corpus " + name;
      const auto corpus =
          options::from_json<data::DataOptions>(composer.compose(std::vector<std::string>{"data=" + name}).tree.at("data"), "data");
      try {
        data::check_corpus(corpus, folders);
        checks.push_back({Health::ok, subject, name == "synthetic" ? "made when it is needed" : "present, checksum right", ""});
      } catch (const options::InputError& error) {
        const bool here = fs::is_regular_file(folders.find(corpus.file), ignored);
        if (corpus.url.empty() && !here) checks.push_back({Health::ok, subject, "not there; only runs that name it need it", ""});
        else checks.push_back({Health::warning, subject, error.what(), "make data, or data=synthetic"});
      }
    }
  } catch (const options::InputError&) {
    // check_experiments tells why.
  }
  return checks;
}

Checks check_database(const Session& session) {
  Checks checks{{sqlite3_libversion_number() >= 3037000 ? Health::ok : Health::failure, "SQLite", sqlite3_libversion(),
                 sqlite3_libversion_number() >= 3037000 ? "" : "3.37 or newer is needed"}};
  try {
    const int schema = fs::exists(session.database()) ? store::schema_of(session.database()) : store::kSchemaVersion;
    if (schema < store::kSchemaVersion) {
      checks.push_back({Health::warning, "database",
                        fmt::format("{}: schema {}, of an older steepest", session.database().string(), schema), "steepest upgrade"});
      return checks;
    }
    const auto file = session.open_to_read_if_present();
    if (!file) {
      checks.push_back({Health::ok, "database", "none yet: " + session.database().string(), ""});
      return checks;
    }
    const auto reader = file->reader();
    const auto integrity = reader.query("PRAGMA integrity_check").rows;
    const bool whole = integrity.size() == 1 && integrity[0][0] == "ok";
    checks.push_back({whole ? Health::ok : Health::failure, "database",
                      whole
                          ? fmt::format("{}: schema {}, {} runs, integrity ok", session.database().string(),
                                        reader.query("PRAGMA user_version").rows[0][0], reader.query("SELECT count(*) FROM run").rows[0][0])
                          : fmt::format("{} is damaged: {}", session.database().string(), integrity.empty() ? "?" : integrity[0][0]),
                      whole ? "" : "restore a copy, or move the file away and run the studies again"});
  } catch (const options::InputError& error) { checks.push_back({Health::failure, "database", error.what(), "see the message"}); }
  return checks;
}

Checks check_disk(const Session& session) {
  fs::path folder = session.database().parent_path();
  std::error_code failed;
  while (!fs::exists(folder, failed) && folder.has_relative_path()) folder = folder.parent_path();
  const auto space = fs::space(folder, failed);
  if (failed) return {{Health::warning, "disk", "free space unknown: " + failed.message(), "check it by hand"}};
  const double free = static_cast<double>(space.available) / (1 << 30);
  const Health health = free >= 1 ? Health::ok : free >= 0.1 ? Health::warning : Health::failure;
  return {{health, "disk", fmt::format("{:.1f} GiB free where the database lies", free),
           health == Health::ok ? "" : "make room, or name another place with --database PATH"}};
}

Checks check_python(const Session& session) {
  fs::path python = session.root() / ".venv" / "bin" / "python";
  if (std::error_code ignored; !fs::exists(python, ignored)) {
    const auto found = on_path("python3");
    if (!found) return {{Health::warning, "Python", "not found; figures cannot be drawn", "make setup"}};
    python = *found;
  }
  const auto answer = sweep::ask_program(python, {"-c",
                                                  "import sys\nfound=[sys.version.split()[0]]\n"
                                                  "for name in ('numpy','matplotlib'):\n"
                                                  "  found.append(name+' '+__import__(name).__version__)\n"
                                                  "print(', '.join(found))"});
  if (answer.state.clean()) return {{Health::ok, "Python", first_line(answer.output), ""}};
  return {{Health::warning, "Python", python.string() + " lacks a package for the figures: " + last_line(answer.errors), "make setup"}};
}

Checks check_tools(const Session&) {
  const auto ccache = on_path("ccache");
  if (!ccache) return {{Health::warning, "ccache", "not found; builds work, but are slower when repeated", "apt-get install ccache"}};
  return {{Health::ok, "ccache", first_line(sweep::ask_program(*ccache, {"--version"}).output), ""}};
}

}  // namespace steepest::app
