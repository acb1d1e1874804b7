// llama_oracle_main.cpp: llama_oracle CHECKPOINT ADAPTER TOKEN...: the logits of one sequence as float32, row by row, on standard output, for comparison
// with transformers and PEFT. ADAPTER: a folder, or `-` for none.
#include <torch/torch.h>

#include <cstdio>
#include <cstdlib>

#include "model/llama.h"
#include "options/error.h"
#include "weights/adapter.h"
#include "weights/llama_config.h"

int main(int argc, char** argv) {
  using namespace steepest;
  if (argc < 4) return 2;
  try {
    const std::string folder = argv[1], adapter = argv[2];
    const model::Placement placement{at::kCPU, at::kFloat};
    model::LlamaOptions options;
    options.shape = weights::read_llama_config(folder);
    auto network = model::load_llama(options, folder, placement);
    if (adapter != "-") {
      const auto config = weights::read_adapter_config(adapter);
      options.rank = config.rank;
      options.lora_alpha = config.alpha;
      options.low_rank_layers = config.target_modules;
      network->set_start(model::load_adapter(options, adapter, placement));
      network = std::make_shared<model::Llama>(options, *network, true, 0, placement.device, placement.type);
    }
    const at::Tensor input = at::empty({1, argc - 3}, at::kInt);
    for (int i = 3; i < argc; ++i) input.data_ptr<std::int32_t>()[i - 3] = std::atoi(argv[i]);
    const at::NoGradGuard no_grad;
    const at::Tensor logits = network->forward(input).contiguous();
    std::fwrite(logits.data_ptr(), 1, logits.nbytes(), stdout);
  } catch (const options::InputError& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
  return 0;
}
