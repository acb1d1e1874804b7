// checkpoint.cpp: a trainer's state in one file, replaced in one move so that a killed writer leaves the old one whole.
#include <torch/serialize.h>

#include <cstdio>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "experiment/trainer.h"

namespace steepest::experiment {
namespace {

void sync_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY);
  const bool written = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::runtime_error("the checkpoint " + file.filename().string() + " could not be written to disk");
}

}  // namespace

void Trainer::save(const std::filesystem::path& file, const std::string& identity) const {
  torch::serialize::OutputArchive archive, network, hidden, tables;
  network_->save(network);
  hidden_.optimizer->save(hidden);
  tables_.optimizer->save(tables);
  archive.write("network", network);
  archive.write("hidden", hidden);
  archive.write("tables", tables);
  archive.write("identity", c10::IValue(identity));
  archive.write("step", c10::IValue(step_));
  archive.write("seconds", c10::IValue(seconds_));
  archive.write("loss_sum", c10::IValue(loss_sum_));
  archive.write("loss_count", c10::IValue(loss_count_));

  std::filesystem::create_directories(file.parent_path());
  std::filesystem::path draft = file;
  draft += ".draft";
  archive.save_to(draft.string());
  sync_file(draft);
  std::filesystem::rename(draft, file);
}

void Trainer::load(const std::filesystem::path& file, const std::string& identity) {
  torch::serialize::InputArchive archive, network, hidden, tables;
  archive.load_from(file.string(), at::Device(options_.device));
  const auto value = [&archive](const char* key) {
    c10::IValue read;
    archive.read(key, read);
    return read;
  };
  if (value("identity").toStringRef() != identity) throw std::runtime_error("the checkpoint belongs to another run");
  archive.read("network", network);
  archive.read("hidden", hidden);
  archive.read("tables", tables);
  network_->load(network);
  hidden_.optimizer->load(hidden);
  tables_.optimizer->load(tables);
  step_ = value("step").toInt();
  seconds_ = value("seconds").toDouble();
  loss_sum_ = value("loss_sum").toDouble();
  loss_count_ = value("loss_count").toInt();
}

}  // namespace steepest::experiment
