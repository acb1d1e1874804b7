// step_graph.cpp: without the CUDA toolkit; cuda/step_graph.cpp stands in its place with it.
#include "experiment/step_graph.h"

namespace steepest::experiment {

struct StepGraph::Recorded {};

StepGraph::StepGraph(at::Device) {}

StepGraph::~StepGraph() = default;

void StepGraph::run(const std::function<void()>& step) { step(); }

}  // namespace steepest::experiment
