// look.h: whether the host may look at a number that was just computed.
#pragma once
#include <ATen/ATen.h>

namespace steepest::matrix {

/// While one lives, nothing that this thread computes is looked at by the host, on the CPU either: what it computes can be recorded and
/// replayed.
class NoLook {
 public:
  explicit NoLook(bool active) : active_(active) { count() += active_; }
  ~NoLook() { count() -= active_; }
  NoLook(const NoLook&) = delete;
  NoLook& operator=(const NoLook&) = delete;

  static int& count() {
    static thread_local int value = 0;
    return value;
  }

 private:
  bool active_;
};

/// May a branch depend on X? On the CPU it may; on every other device a look would wait for the device.
inline bool may_look(const at::Tensor& X) { return X.is_cpu() && NoLook::count() == 0; }

}  // namespace steepest::matrix
