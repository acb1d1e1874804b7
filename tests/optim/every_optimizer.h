// every_optimizer.h: the whole library as a list, for tests that hold for all of it.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "optim/factory.h"

namespace steepest::testing {

/// Every optimizer of the library with its defaults.
inline std::vector<optim::AnyOptions> every_optimizer() {
  std::vector<optim::AnyOptions> all;
  [&]<std::size_t... I>(std::index_sequence<I...>) { (all.emplace_back(std::in_place_index<I>), ...); }
  (std::make_index_sequence<std::variant_size_v<optim::AnyOptions>>());
  return all;
}

inline std::string name_of(const optim::AnyOptions& options) {
  return std::visit([](const auto& plain) { return std::string(std::decay_t<decltype(plain)>::kName); }, options);
}

inline std::string invariance_of(const optim::AnyOptions& options) {
  return std::visit([](const auto& plain) { return std::string(std::decay_t<decltype(plain)>::kInvariance); }, options);
}

/// The options with every computation that has one set to its exact form, and at the given rate.
inline optim::AnyOptions exact(optim::AnyOptions options, double learning_rate) {
  std::visit(
      [&](auto& plain) {
        plain.learning_rate = learning_rate;
        if constexpr (requires { plain.msign; }) plain.msign = optim::MsignMethod::svd;
        if constexpr (requires { plain.inverse_sqrt; }) plain.inverse_sqrt = optim::InverseSqrtMethod::qr;
        if constexpr (requires { plain.power_steps; }) plain.power_steps = 50;
      },
      options);
  return options;
}

}  // namespace steepest::testing
