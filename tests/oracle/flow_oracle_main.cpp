// flow_oracle_main.cpp: answers a list of calls on standard input, for comparison with Python: {"flow": {..}, "problem": {..}, "seed": s}.
// Result: {"Y", "A", "B": target and start, "path": [{"A", "B", "loss", "modes", "singular_values"}, ..]} after every `output_every` steps.
#include <torch/torch.h>

#include <iostream>

#include "flow/observe.h"
#include "flow/starts.h"
#include "flow/stepper.h"
#include "options/json.h"

namespace {

using nlohmann::json;
using namespace steepest;

json rows(const at::Tensor& matrix) {
  const auto dense = matrix.contiguous();
  json result = json::array();
  for (std::int64_t i = 0; i < dense.size(0); ++i) {
    const auto* data = dense[i].data_ptr<double>();
    result.push_back(std::vector<double>(data, data + dense.size(1)));
  }
  return result;
}

json answer(const json& call) {
  const auto field = options::from_json<flow::FlowOptions>(call.at("flow"), "flow");
  const auto wanted = options::from_json<flow::ProblemOptions>(call.at("problem"), "problem");
  const auto seed = call.at("seed").get<std::uint64_t>();
  const auto problem = flow::make_problem(wanted, seed);
  const auto start = flow::make_start(wanted, problem, seed + 1);
  const auto stepper = flow::make_stepper(problem, field, start);
  json result = {{"Y", rows(flow::target(problem))}, {"A", rows(start.A)}, {"B", rows(start.B)}, {"path", json::array()}};
  result["U"] = rows(problem.U);
  result["V"] = rows(problem.V);
  for (std::int64_t step = 1; step <= flow::time_steps(field); ++step) {
    stepper->advance();
    if (step % field.output_every != 0) continue;
    const auto factors = stepper->factors();
    const auto seen = flow::observe(problem, factors, field.l2);
    result["path"].push_back({{"A", rows(factors.A)},
                              {"B", rows(factors.B)},
                              {"loss", seen.loss},
                              {"modes", seen.modes},
                              {"singular_values", seen.singular_values}});
  }
  return result;
}

}  // namespace

int main() {
  json results = json::array();
  for (const auto& call : json::parse(std::cin)) results.push_back(answer(call));
  std::cout << results << "\n";
}
