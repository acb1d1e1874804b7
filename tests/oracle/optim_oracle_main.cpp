// optim_oracle_main.cpp: answers a list of calls on standard input, for comparison with public implementations in Python.
// Optimizer: {"optimizer": name, "options": {...}, "type": "float64", "lora_scale": s, "A": .., "B": .., "grads": [[gA, gB], ..]} or
// {.., "W": .., "grads": [g, ..]}, or {.., "A", "B", "weight_grads": [G, ..]} with dL/dW = G at every step; result: parameters after every
// step. Function: {"function": name, "method": .., "input": ..}.
#include <torch/torch.h>

#include <iostream>

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "matrix/spectral_norm.h"
#include "optim/factory.h"
#include "options/json.h"

namespace {

using nlohmann::json;
using namespace steepest;

at::Tensor tensor(const json& rows, at::ScalarType type) {
  const auto m = static_cast<std::int64_t>(rows.size());
  const auto n = m ? static_cast<std::int64_t>(rows[0].size()) : 0;
  auto result = torch::empty({m, n}, torch::kDouble);
  auto* data = result.data_ptr<double>();
  for (const auto& row : rows) {
    for (const auto& value : row) *data++ = value.get<double>();
  }
  return result.to(type);
}

json rows(const at::Tensor& matrix) {
  const auto wide = matrix.detach().to(torch::kDouble).contiguous();
  json result = json::array();
  for (std::int64_t i = 0; i < wide.size(0); ++i) {
    const auto* data = wide[i].data_ptr<double>();
    result.push_back(std::vector<double>(data, data + wide.size(1)));
  }
  return result;
}

at::ScalarType type_of(const json& call) { return call.value("type", "float64") == "float64" ? torch::kDouble : torch::kFloat; }

/// The options struct of that name, read as a configuration would be.
optim::AnyOptions options_of(const std::string& name, const json& values) {
  optim::AnyOptions result;
  bool found = false;
  const auto attempt = [&](auto candidate) {
    using Plain = decltype(candidate);
    if (name != Plain::kName) return;
    result = options::from_json<Plain>(values, "options");
    found = true;
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (attempt(std::variant_alternative_t<I, optim::AnyOptions>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<optim::AnyOptions>>());
  if (!found) throw std::invalid_argument("no optimizer " + name);
  return result;
}

json run_optimizer(const json& call) {
  optim::ParameterGroup group;
  std::vector<at::Tensor> parameters;
  for (const char* key : {"A", "B", "W"}) {
    if (call.contains(key)) parameters.push_back(tensor(call.at(key), type_of(call)).requires_grad_(true));
  }
  if (call.contains("A")) {
    group.pairs = {{parameters[0], parameters[1]}};
  } else {
    group.matrices = parameters;
  }
  group.lora_scale = call.value("lora_scale", 1.0);
  auto made = optim::make_optimizer(options_of(call.at("optimizer"), call.value("options", json::object())), {group});
  json path = json::array();
  const bool of_weight = call.contains("weight_grads");
  for (const auto& grads : call.at(of_weight ? "weight_grads" : "grads")) {
    if (of_weight) {
      const auto G = tensor(grads, type_of(call)) * group.lora_scale;
      const auto grad_A = G.mm(parameters[1].detach()), grad_B = G.t().mm(parameters[0].detach());
      parameters[0].mutable_grad() = grad_A;
      parameters[1].mutable_grad() = grad_B;
    } else {
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameters[i].mutable_grad() = tensor(call.contains("A") ? grads[i] : grads, type_of(call));
      }
    }
    made.optimizer->step();
    json after = json::array();
    for (const auto& parameter : parameters) after.push_back(rows(parameter));
    path.push_back(after);
  }
  return path;
}

json run_function(const json& call) {
  const auto name = call.at("function").get<std::string>();
  const auto input = tensor(call.at("input"), type_of(call));
  const auto method = call.value("method", "table");
  const auto inverse_sqrt = options::choice_named<matrix::InverseSqrtMethod>(method);
  if (name == "msign") {
    const auto form = call.value("form", "automatic");
    return rows(matrix::msign(input, options::choice_named<matrix::MsignMethod>(method).value(),
                              form == "gram"    ? matrix::MsignForm::gram
                              : form == "plain" ? matrix::MsignForm::plain
                                                : matrix::MsignForm::automatic));
  }
  if (name == "inverse_sqrt") return rows(matrix::inverse_sqrt(input, inverse_sqrt.value()));
  if (name == "gram_inverse_root") return rows(matrix::gram_inverse_root(input, inverse_sqrt.value()));
  if (name == "spectral_norm") return matrix::spectral_norm(input).item<double>();
  throw std::invalid_argument("no function " + name);
}

}  // namespace

int main() {
  json results = json::array();
  for (const auto& call : json::parse(std::cin)) {
    results.push_back(call.contains("optimizer") ? run_optimizer(call) : run_function(call));
  }
  std::cout << results << "\n";
}
