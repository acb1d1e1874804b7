// rodas.h: an implicit method for stiff differential equations, under error control: RODAS, order 4, with a continuous extension, by Boost.Odeint.
#pragma once
#include <functional>
#include <memory>
#include <vector>

namespace steepest::flow {

/// x' = f(x). Source: Hairer and Wanner, Solving Ordinary Differential Equations II, Section IV.7.
class Rodas {
 public:
  struct Equation {
    std::function<std::vector<double>(const std::vector<double>& x)> velocity;
    /// df_i/dx_j at place i n + j of n^2.
    std::function<std::vector<double>(const std::vector<double>& x)> jacobian;
  };
  struct Tolerances {
    double relative, absolute;  ///< error of a step in each entry: absolute + relative |entry|, as a root mean square over entries
  };

  /// `first_step`: what is tried first; control finds its own.
  Rodas(Equation equation, const std::vector<double>& start, double first_step, const Tolerances& tolerances);
  ~Rodas();

  /// Steps, as long as the error allows, until `time` lies within the last one. Throws std::runtime_error where no step keeps to the tolerances.
  void reach(double time);
  /// The state at a time within the last step, by the continuous extension.
  std::vector<double> at(double time) const;

  /// From where the last step began: restore() takes it again, and goes on to the same bits.
  std::vector<double> memory() const;
  void restore(const std::vector<double>& memory);

 private:
  struct Boost;
  std::unique_ptr<Boost> boost_;
};

}  // namespace steepest::flow
