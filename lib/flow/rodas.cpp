// rodas.cpp: see rodas.h. Compiled as C++17, since the uBLAS of Boost 1.74 is no C++20.
#include "flow/rodas.h"

#define BOOST_UBLAS_NDEBUG 1  // its checks of every index
#include <algorithm>
#include <boost/numeric/odeint/stepper/rosenbrock4.hpp>
#include <boost/numeric/odeint/stepper/rosenbrock4_controller.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace steepest::flow {
namespace {

namespace odeint = boost::numeric::odeint;
using Vector = boost::numeric::ublas::vector<double>;
using Matrix = boost::numeric::ublas::matrix<double>;

constexpr int kMostTries = 500;
constexpr std::size_t kControlNumbers = 4;

/// Boost's control of the step with its memory open, which a resumed run needs.
class Control : public odeint::rosenbrock4_controller<odeint::rosenbrock4<double>> {
 public:
  using rosenbrock4_controller::rosenbrock4_controller;
  std::vector<double> memory() const { return {m_first_step ? 1.0 : 0.0, m_err_old, m_dt_old, m_last_rejected ? 1.0 : 0.0}; }
  void remember(const std::vector<double>& memory) {
    m_first_step = memory[0] != 0;
    m_err_old = memory[1];
    m_dt_old = memory[2];
    m_last_rejected = memory[3] != 0;
  }
};

std::vector<double> plain(const Vector& x) { return {x.begin(), x.end()}; }

}  // namespace

struct Rodas::Boost {
  Equation equation;
  Control control;
  Vector old_state, new_state;  // at both ends of the last step
  double old_time = 0, new_time = 0;
  double next_length = 0, last_length = 0;
  std::vector<double> before_last = {};  // control's memory

  void step() {
    const auto system = std::make_pair(
        [this](const Vector& x, Vector& change, double) {
          const auto values = equation.velocity(plain(x));
          std::copy(values.begin(), values.end(), change.begin());
        },
        [this](const Vector& x, Matrix& jacobian, double, Vector& in_time) {
          const auto values = equation.jacobian(plain(x));
          std::copy(values.begin(), values.end(), jacobian.data().begin());
          in_time.clear();
        });
    old_state = new_state;
    old_time = new_time;
    for (int tries = 0; tries < kMostTries && next_length > 1e-14 * std::max(old_time, 1e-3); ++tries) {
      before_last = control.memory();
      last_length = next_length;
      if (control.try_step(system, old_state, new_time, new_state, next_length) != odeint::success) continue;
      control.stepper().prepare_dense_output();
      return;
    }
    throw std::runtime_error("the adaptive integrator finds no step at time " + std::to_string(old_time) +
                             " that keeps to its tolerances; valid: larger tolerances, or integrator=euler");
  }
};

Rodas::Rodas(Equation equation, const std::vector<double>& start, double first_step, const Tolerances& tolerances)
    : boost_(
          new Boost{std::move(equation), Control(tolerances.absolute, tolerances.relative), Vector(start.size()), Vector(start.size())}) {
  std::copy(start.begin(), start.end(), boost_->new_state.begin());
  boost_->old_state = boost_->new_state;
  boost_->next_length = first_step;
  boost_->before_last = boost_->control.memory();
}

Rodas::~Rodas() = default;

void Rodas::reach(double time) {
  while (boost_->new_time < time) boost_->step();
}

std::vector<double> Rodas::at(double time) const {
  if (boost_->new_time == boost_->old_time) return plain(boost_->new_state);
  Vector state(boost_->new_state.size());
  boost_->control.stepper().calc_state(time, state, boost_->old_state, boost_->old_time, boost_->new_state, boost_->new_time);
  return plain(state);
}

std::vector<double> Rodas::memory() const {
  std::vector<double> memory = {boost_->old_time, boost_->last_length};
  memory.insert(memory.end(), boost_->before_last.begin(), boost_->before_last.end());
  memory.insert(memory.end(), boost_->old_state.begin(), boost_->old_state.end());
  return memory;
}

void Rodas::restore(const std::vector<double>& memory) {
  const auto control = memory.begin() + 2, state = control + kControlNumbers;
  boost_->old_time = boost_->new_time = memory[0];
  boost_->control.remember({control, state});
  std::copy(state, memory.end(), boost_->new_state.begin());
  boost_->old_state = boost_->new_state;
  if (memory[1] == 0) return;  // no step was taken
  boost_->next_length = memory[1];
  boost_->step();
}

}  // namespace steepest::flow
