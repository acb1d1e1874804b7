// limited_memory.h: a machine with so much memory for tensors and no more.
#pragma once
#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>

namespace steepest::experiment {

/// While one lives, tensors on the CPU that would take more than `limit` bytes together are refused as LibTorch refuses them. Tensors of before do not count.
class LimitedMemory : public c10::Allocator {
 public:
  explicit LimitedMemory(std::int64_t limit = std::numeric_limits<std::int64_t>::max())
      : limit_(limit), own_(c10::GetDefaultCPUAllocator()) {
    live() = peak() = 0;
    c10::SetCPUAllocator(this, kPriority);
  }
  ~LimitedMemory() override { c10::SetCPUAllocator(own_, kPriority); }
  LimitedMemory(const LimitedMemory&) = delete;
  LimitedMemory& operator=(const LimitedMemory&) = delete;

  std::int64_t most() const { return peak(); }

  // Which of the two is the base class' depends on the version of LibTorch.
  c10::DataPtr allocate(std::size_t bytes) { return given(bytes); }
  c10::DataPtr allocate(std::size_t bytes) const { return given(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }

 private:
  struct Given {
    c10::DataPtr memory;
    std::int64_t bytes;
  };
  static constexpr std::uint8_t kPriority = 100;
  // A tensor may outlive the limit.
  static std::atomic<std::int64_t>& live() {
    static std::atomic<std::int64_t> value{0};
    return value;
  }
  static std::atomic<std::int64_t>& peak() {
    static std::atomic<std::int64_t> value{0};
    return value;
  }

  c10::DataPtr given(std::size_t bytes) const {
    const auto size = static_cast<std::int64_t>(bytes);
    TORCH_CHECK(live() + size <= limit_, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes, " bytes");
    auto* taken = new Given{own_->allocate(bytes), size};
    live() += size;
    peak() = std::max<std::int64_t>(peak(), live());
    const auto give_back = [](void* what) {
      auto* whole = static_cast<Given*>(what);
      live() -= whole->bytes;
      delete whole;
    };
    return {taken->memory.get(), taken, +give_back, c10::Device(c10::DeviceType::CPU)};
  }

  std::int64_t limit_;
  c10::Allocator* own_;
};

}  // namespace steepest::experiment
