// checkpoint.cpp: a trainer's state in one file.
#include <torch/serialize.h>

#include "experiment/archive_file.h"
#include "experiment/trainer.h"

namespace steepest::experiment {
namespace {

/// A tensor that is all of its storage: archives write whole storages, and the parameters of a bundle are parts of larger ones.
at::Tensor whole(const at::Tensor& tensor) {
  return tensor.storage().nbytes() == tensor.nbytes() ? tensor : tensor.detach().clone().set_requires_grad(true);
}

/// What is frozen comes with the base, so a checkpoint holds what is trained alone.
void save_trained(const torch::nn::Module& module, torch::serialize::OutputArchive& archive) {
  for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
    if (parameter->requires_grad()) archive.write(parameter.key(), whole(parameter.value()));
  }
  for (const auto& child : module.named_children()) {
    torch::serialize::OutputArchive own(archive.compilation_unit());
    save_trained(*child.value(), own);
    archive.write(child.key(), own);
  }
}

void load_trained(torch::nn::Module& module, torch::serialize::InputArchive& archive) {
  for (auto& parameter : module.named_parameters(/*recurse=*/false)) {
    if (parameter->requires_grad()) archive.read(parameter.key(), parameter.value());
  }
  for (const auto& child : module.named_children()) {
    torch::serialize::InputArchive own;
    archive.read(child.key(), own);
    load_trained(*child.value(), own);
  }
}

}  // namespace

void Trainer::save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows) const {
  torch::serialize::OutputArchive archive, network, hidden, tables;
  save_trained(*network_, network);
  hidden_.optimizer->save(hidden);
  archive.write("network", network);
  archive.write("hidden", hidden);
  if (tables_.optimizer) {
    tables_.optimizer->save(tables);
    archive.write("tables", tables);
  }
  archive.write("identity", c10::IValue(identity));
  archive.write("step", c10::IValue(step_));
  archive.write("times", c10::IValue(times_.values()));
  archive.write("loss_sum", c10::IValue(loss_sum_));
  archive.write("loss_count", c10::IValue(loss_count_));
  archive.write("rows", c10::IValue(rows));
  replace_file(file, archive);
}

std::int64_t Trainer::load(const std::filesystem::path& file, const std::string& identity) {
  torch::serialize::InputArchive archive = read_file(file, at::Device(options_.device)), network, hidden, tables;
  if (read_value(archive, "identity").toStringRef() != identity) throw UnusableFile("it is of another run");
  archive.read("network", network);
  archive.read("hidden", hidden);
  load_trained(*network_, network);
  hidden_.optimizer->load(hidden);
  if (tables_.optimizer) {
    archive.read("tables", tables);
    tables_.optimizer->load(tables);
  }
  step_ = read_value(archive, "step").toInt();
  times_ = Times::of(read_value(archive, "times").toDoubleVector());
  loss_sum_ = read_value(archive, "loss_sum").toDouble();
  loss_count_ = read_value(archive, "loss_count").toInt();
  return read_value(archive, "rows").toInt();
}

}  // namespace steepest::experiment
