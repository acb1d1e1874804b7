// shared_text.h: a text that many ask for and that is made once for all of them.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace steepest::page {

struct Tagged {
  std::string text, tag;  ///< tag: another one where the text says something else
};

/// Makes the text anew where `version` has changed, and so seldom that making it takes a hundredth of the time at most: whoever looks,
/// however many they are, does not slow down what they look at. Asked by several threads, it is made by one; `one_at_a_time` is held
/// meanwhile.
class SharedText {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int kShare = 100;
  static constexpr std::chrono::seconds kLeast{2};

  SharedText(std::function<std::int64_t()> version, std::function<Tagged()> make, std::mutex& one_at_a_time);

  /// What `make` throws is thrown on, and tried again by the next who asks.
  std::shared_ptr<const Tagged> get(Clock::time_point now = Clock::now());

 private:
  std::function<std::int64_t()> version_;
  std::function<Tagged()> make_;
  std::mutex& mutex_;
  std::shared_ptr<const Tagged> made_;
  std::int64_t made_of_ = 0;
  Clock::time_point next_{};
};

}  // namespace steepest::page
