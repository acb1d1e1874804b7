// flop_counter.h: counts the matrix products that LibTorch really runs, at its dispatcher.
#pragma once
#include <ATen/record_function.h>
#include <torch/torch.h>

#include <cstring>

namespace steepest::testing {

/// While it lives, adds up 2 FLOPs per multiply-add of every mm, bmm, addmm and baddbmm of this thread. A fused attention counts as the products
/// that it stands for: two of the whole square of scores forward, four backward.
class FlopCounter {
 public:
  FlopCounter() {
    total() = 0;
    handle_ =
        at::addThreadLocalCallback(at::RecordFunctionCallback(&FlopCounter::record).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
  }
  ~FlopCounter() { at::removeCallback(handle_); }
  FlopCounter(const FlopCounter&) = delete;
  FlopCounter& operator=(const FlopCounter&) = delete;

  double flops() const { return total(); }

 private:
  static double& total() {
    static thread_local double value = 0;
    return value;
  }

  static std::unique_ptr<at::ObserverContext> record(const at::RecordFunction& function) {
    const std::string name = function.name();
    const std::string fused = "aten::_scaled_dot_product_flash_attention_for_cpu";
    if (name == fused || name == fused + "_backward") {
      const bool backward = name != fused;
      const auto& Q = function.inputs()[backward ? 1 : 0].toTensor();  // [B, H, T, D]; the first of backward is a gradient
      total() += (backward ? 8.0 : 4.0) * static_cast<double>(Q.numel()) * static_cast<double>(Q.size(-2));
      return nullptr;
    }
    std::size_t left = 0;
    if (name == "aten::mm" || name == "aten::bmm") {
      left = 0;
    } else if (name == "aten::addmm" || name == "aten::baddbmm") {
      left = 1;
    } else {
      return nullptr;
    }
    const auto inputs = function.inputs();
    const auto& X = inputs[left].toTensor();
    const auto& Y = inputs[left + 1].toTensor();
    total() += 2.0 * static_cast<double>(X.numel()) * static_cast<double>(Y.size(-1));
    return nullptr;
  }

  at::CallbackHandle handle_;
};

}  // namespace steepest::testing
