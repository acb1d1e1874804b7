// shard_options.cpp: see shard_options.h.
#include "shard_options.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "options/error.h"

namespace steepest::app {
namespace {

using options::InputError;

const std::vector<std::string> kEngines{"local", "slurm"};

}  // namespace

std::shared_ptr<ShardOptions> ShardOptions::add(CLI::App& command) {
  auto options = std::make_shared<ShardOptions>();
  command.add_option("--engine", options->engine, "local (this machine, the default) or slurm (an array job, a task a shard)")
      ->type_name("NAME");
  command
      .add_option("--shared", options->shared,
                  "folder that every machine sees, where shards leave their runs (default: $STEEPEST_SHARED, else that of the database)")
      ->type_name("DIR");
  const auto of_slurm = [&](const char* name, std::string& value, const char* help, const char* type) {
    command.add_option(name, value, std::string("with --engine slurm: ") + help)->type_name(type);
  };
  of_slurm("--shards", options->shards, "so many jobs at most (default: as the work asks for, 64 at most)", "N");
  of_slurm("--time", options->time, "time limit of a job: 30min, 4h, 2d (default: the partition's)", "TIME");
  of_slurm("--partition", options->partition, "partition", "NAME");
  of_slurm("--account", options->account, "account", "NAME");
  of_slurm("--qos", options->qos, "quality of service", "NAME");
  of_slurm("--constraint", options->constraint, "features of nodes; name one kind of machine, so that a cell is of one", "TEXT");
  of_slurm("--gres", options->gres, "generic resources, such as gpu:1", "TEXT");
  of_slurm("--mem", options->mem, "memory of a job, such as 8G", "SIZE");
  command.add_option("--sbatch", options->sbatch, "with --engine slurm: another option of sbatch, such as --sbatch=--nice=100")
      ->type_name("OPTION")
      ->expected(1)
      ->take_all();
  command.add_option("--leave-every", options->leave_every, "with --shared: time between two visits to that folder (default: 1min)")
      ->type_name("TIME");
  command.add_option("--planned", options->planned, "with --shard: runs as they were planned, from a file of the shared folder")
      ->type_name("FILE");
  command.add_flag("--requeue", options->requeue, "with --shard, within a job of Slurm: ask for another turn unless the shard is done");
  return options;
}

void ShardOptions::check(const RunOptions& options) const {
  if (engine != "local" && engine != "slurm")
    throw InputError({"--engine", "found \"" + engine + "\"", "local, slurm", options::nearest_name(engine, kEngines), "", 0});
  const std::pair<const char*, bool> slurms[] = {
      {"--shards", !shards.empty()},   {"--time", !time.empty()}, {"--partition", !partition.empty()},
      {"--account", !account.empty()}, {"--qos", !qos.empty()},   {"--constraint", !constraint.empty()},
      {"--gres", !gres.empty()},       {"--mem", !mem.empty()},   {"--sbatch", !sbatch.empty()}};
  for (const auto& [name, given] : slurms) {
    if (given && !slurm()) throw InputError({name, "is an option of Slurm's, and the engine is local", "with --engine slurm", "", "", 0});
  }
  const std::pair<const char*, bool> jobs[] = {
      {"--leave-every", !leave_every.empty()}, {"--planned", !planned.empty()}, {"--requeue", requeue}};
  for (const auto& [name, given] : jobs) {
    if (given && slurm()) throw InputError({name, "is for a shard's own job", "without --engine slurm, which passes it on", "", "", 0});
    if (given && shared.empty())
      throw InputError({name, "is for a shard that leaves its runs in a folder", "with --shared DIR", "", "", 0});
  }
  if (slurm() && !options.shard.empty())
    throw InputError(
        {"--shard", "is given with --engine slurm, whose jobs are the shards", "--shards N, or --shard I/N without --engine", "", "", 0});
  if (slurm() && !options.rerun.empty()) throw InputError({"--rerun", "is given with --engine slurm", "--engine local", "", "", 0});
  if (is_job() && options.shard.empty())
    throw InputError({"--shared", "is given without a shard", "--shard I/N, or --engine slurm", "", "", 0});
  if (is_job() && options.dry_run) throw InputError({"--dry-run", "is given with --shared", "one of them", "", "", 0});
  for (const auto& word : sbatch) {
    if (word.rfind("--", 0) != 0)
      throw InputError(
          {"--sbatch", "found \"" + word + "\"", "a long option of sbatch in one word, such as --sbatch=--nice=100", "", "", 0});
  }
}

std::vector<std::string> ShardOptions::for_sbatch() const {
  std::vector<std::string> words;
  // Slurm counts in whole minutes.
  if (!time.empty())
    words.push_back(
        fmt::format("--time={}", static_cast<long>(std::ceil(static_cast<double>(duration_of("--time", time).count()) / 60000))));
  for (const auto& [name, value] : {std::pair("partition", &partition),
                                    {"account", &account},
                                    {"qos", &qos},
                                    {"constraint", &constraint},
                                    {"gres", &gres},
                                    {"mem", &mem}}) {
    if (!value->empty()) words.push_back(fmt::format("--{}={}", name, *value));
  }
  words.insert(words.end(), sbatch.begin(), sbatch.end());
  return words;
}

std::filesystem::path shared_folder(const Session& session, const std::string& given) {
  const char* named = std::getenv("STEEPEST_SHARED");
  const std::string folder = !given.empty() ? given : named != nullptr ? named : "";
  if (folder.empty()) return session.database().parent_path();
  std::error_code failed;
  const auto whole = std::filesystem::absolute(folder, failed);
  if (failed) throw InputError({"--shared", folder + ": " + failed.message(), "an absolute path", "", "", 0});
  return whole.lexically_normal();
}

}  // namespace steepest::app
