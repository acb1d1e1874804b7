// scalar.h: a number of an update that may change from step to step: a double, or held on the device of the parameters.
#pragma once
#include <ATen/ATen.h>

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

namespace steepest::optim {

/// A learning rate, a decay or a count of steps. As a double it is the host's, and arithmetic with it is what it would be with the double.
/// Held, it is a float64 tensor that is read where the update runs, so that a recorded step sees what is written into it later: [], or [k],
/// a number for each of the k units that are updated together.
class Scalar {
 public:
  Scalar(double number) : number_(number) {}  // NOLINT: a double is one
  explicit Scalar(at::Tensor held) : held_(std::move(held)) {}

  bool held() const { return held_.defined(); }
  /// The host's double. Throws std::logic_error if the number is held: to read it would wait for the device.
  double number() const {
    if (held()) throw std::logic_error("a number that is held on the device was read by the host");
    return number_;
  }

  friend Scalar operator-(const Scalar& x) { return x.held() ? Scalar(-x.held_) : Scalar(-x.number_); }
  friend Scalar operator+(const Scalar& x, const Scalar& y) {
    return combined(x, y, [](const auto& a, const auto& b) { return a + b; });
  }
  friend Scalar operator-(const Scalar& x, const Scalar& y) {
    return combined(x, y, [](const auto& a, const auto& b) { return a - b; });
  }
  friend Scalar operator*(const Scalar& x, const Scalar& y) {
    return combined(x, y, [](const auto& a, const auto& b) { return a * b; });
  }
  friend Scalar operator/(const Scalar& x, const Scalar& y) {
    return combined(x, y, [](const auto& a, const auto& b) { return a / b; });
  }
  friend Scalar sqrt(const Scalar& x) { return x.held() ? Scalar(x.held_.sqrt()) : Scalar(std::sqrt(x.number_)); }
  friend Scalar pow(double base, const Scalar& x) { return x.held() ? Scalar(at::pow(base, x.held_)) : Scalar(std::pow(base, x.number_)); }

  friend at::Tensor operator*(const at::Tensor& X, const Scalar& y) { return y.held() ? X * y.beside(X) : X * y.number_; }
  friend at::Tensor operator/(const Scalar& x, const at::Tensor& Y) { return x.held() ? Y.reciprocal() * x.beside(Y) : x.number_ / Y; }
  /// X + alpha Y.
  friend at::Tensor add(const at::Tensor& X, const at::Tensor& Y, const Scalar& alpha) {
    return alpha.held() ? X + Y * alpha.beside(Y) : at::add(X, Y, alpha.number_);
  }
  /// The same in the place of X, which is nobody else's.
  friend at::Tensor add(at::Tensor&& X, const at::Tensor& Y, const Scalar& alpha) {
    return alpha.held() ? X.add_(Y * alpha.beside(Y)) : X.add_(Y, alpha.number_);
  }
  /// [], of the type of X: where x < bound one, else zero.
  friend at::Tensor indicator_below(const Scalar& x, double bound, const at::Tensor& X) {
    return x.held() ? (x.held_ < bound).to(X.scalar_type()) : at::full({}, x.number_ < bound ? 1.0 : 0.0, X.options());
  }

 private:
  /// What is held as it meets X: one number as it is; a number for each unit along X's first axis and in X's type, which it would widen.
  at::Tensor beside(const at::Tensor& X) const {
    if (held_.dim() == 0) return held_;
    std::vector<std::int64_t> shape(static_cast<std::size_t>(X.dim()), 1);
    shape.front() = held_.size(0);
    return held_.to(X.scalar_type()).view(shape);
  }

  template <class Operation>
  static Scalar combined(const Scalar& x, const Scalar& y, Operation operation) {
    if (x.held() && y.held()) return Scalar(operation(x.held_, y.held_));
    if (x.held()) return Scalar(operation(x.held_, y.number_));
    if (y.held()) return Scalar(operation(x.number_, y.held_));
    return operation(x.number_, y.number_);
  }

  double number_ = 0.0;
  at::Tensor held_;
};

}  // namespace steepest::optim
