// adapter.cpp: `steepest adapter export` writes what a run has trained of a checkpoint as an adapter that PEFT loads.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "options/error.h"
#include "output/write_file.h"
#include "run/run.h"
#include "shell_word.h"
#include "store/find_run.h"
#include "terminal.h"
#include "weights/adapter.h"
#include "weights/files.h"
#include "weights/tensors.h"

namespace steepest::app {
namespace {

namespace fs = std::filesystem;
using options::InputError;

/// The file in which a worker keeps the adapter of a run. Throws InputError where the run has none.
fs::path kept_file(const Session& session, const store::RunDetails& run) {
  const auto options = run::read_run(run.config, options::Absent::neutral);
  const auto* training = std::get_if<run::TrainingRun>(&options);
  const std::string name = fmt::format("run {}", run.id);
  if (!training || !run::checkpoint_of(*training))
    throw InputError(fmt::format("{} has no adapter; valid: a run of model=llama on a checkpoint", name));
  if (run.status != store::RunStatus::completed)
    throw InputError(fmt::format("{} is {}; valid: a completed run, whose adapter is kept", name, store::to_string(run.status)));
  const fs::path file = session.checkpoints() / weights::kept_adapter(run.identity, run.parameter_hash);
  std::error_code ignored;
  if (fs::exists(file, ignored)) return file;
  throw InputError(fmt::format(
      "the adapter of {} is not kept here: {} was removed, or the run was made elsewhere; `steepest run --rerun {}` makes it again", name,
      file.filename().string(), run.id));
}

/// Rank and scale as the file has them: one that began as the principal part stands beside the whole checkpoint at twice its rank.
weights::AdapterConfig config_of(const store::RunDetails& run, const weights::Tensors& tensors, const fs::path& file) {
  const auto options = run::read_run(run.config, options::Absent::neutral);
  const auto& training = std::get<run::TrainingRun>(options);
  const auto& model = std::get<model::LlamaOptions>(training.model);
  const auto names = tensors.names();
  if (names.empty() || tensors.shape(names.front()).size() != 2) throw InputError(file.string() + " holds no adapter");
  const auto& first = tensors.shape(names.front());  // lora_A: [r, fan_in]
  weights::AdapterConfig config{first[0], model.lora_scale() * static_cast<double>(first[0]), model.low_rank_layers,
                                run::checkpoint_of(training)->path};
  std::sort(config.target_modules.begin(), config.target_modules.end());
  return config;
}

int export_adapter(const Session& session, const std::string& word, const std::string& folder) {
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto run = *reader.run_details(store::find_run(reader, word));
  const fs::path kept = kept_file(session, run);
  const weights::Tensors tensors(kept);
  const auto config = weights::to_json(config_of(run, tensors, kept));
  const std::string numbers = weights::text_of(kept);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!fs::is_directory(folder, failed)) throw InputError(fmt::format("{} is no folder and cannot be made one", folder));
  const auto put = [&](const std::string& name, const std::string& text) {
    output::write_file((fs::path(folder) / name).string(), "DIR", [&](std::ostream& stream) { stream << text; });
  };
  put(std::string(weights::kAdapterModel) + ".safetensors", numbers);
  put(weights::kAdapterConfig, config.dump(2) + "\n");
  print_note(fmt::format("adapter of run {}, r={}, written to {}", run.id, config.at("r").get<int>(), folder));
  return 0;
}

int work(const Session& session, const std::vector<std::string>& words) {
  constexpr const char* kUsage = "steepest adapter export RUN DIR";
  if (words.empty() || words.front() != "export") {
    const std::string found = words.empty() ? "" : words.front();
    throw InputError({"adapter", "found \"" + found + "\"", kUsage, options::nearest_name(found, {"export"})});
  }
  if (words.size() != 3)
    throw InputError({"adapter export", fmt::format("takes a run and a folder, and {} words are given", words.size() - 1), kUsage});
  return export_adapter(session, words[1], words[2]);
}

}  // namespace

Command add_adapter(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("adapter", "write what a run on a checkpoint has trained as an adapter for Hugging Face's PEFT");
  const auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("words", *words, "export, then the run's id or the first six or more digits of its identity, and the folder")
      ->type_name("export RUN DIR");
  command->footer(
      "DIR then holds adapter_config.json and adapter_model.safetensors, which peft.PeftModel.from_pretrained(MODEL, DIR) loads on the "
      "checkpoint\n"
      "that was fine-tuned, and base.adapter=DIR starts from.\n\n"
      "Example:\n"
      "  steepest adapter export 7 shakespeare_adapter");
  return {command, [&session, words] { return work(session, *words); }};
}

}  // namespace steepest::app
