// option_fields.h: the fields of a plain option struct checked, and read from and written to LibTorch's archives.
#pragma once
#include <torch/serialize/archive.h>

#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "../options/field.h"

namespace steepest::optim {

namespace detail {

template <class T>
inline constexpr bool kIsNumber = std::is_same_v<T, double> || std::is_same_v<T, std::int64_t>;

/// Throws std::invalid_argument for the first field out of its declared range.
struct CheckFields {
  const char* optimizer;

  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (kIsNumber<T>) {
      check(field, static_cast<double>(*field.value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      check_choice(field, *field.value);
    } else if constexpr (options::Choice<T>) {
      check_choice(field, options::choice_name(*field.value));
    } else if constexpr (std::is_same_v<T, std::vector<double>>) {
      for (double value : *field.value) check(field, value);
    }
  }

 private:
  template <class T>
  void check(const options::Field<T>& field, double value) {
    const bool low = !field.low || (field.low_open ? value > *field.low : value >= *field.low);
    const bool high = !field.high || (field.high_open ? value < *field.high : value <= *field.high);
    if (low && high) return;
    std::ostringstream message;
    message << optimizer << ": " << field.name << " = " << value << " is out of range";
    if (field.low) message << ", must be " << (field.low_open ? "above " : "at least ") << *field.low;
    if (field.high) message << (field.low ? " and " : ", must be ") << (field.high_open ? "below " : "at most ") << *field.high;
    throw std::invalid_argument(message.str());
  }

  template <class T>
  void check_choice(const options::Field<T>& field, const std::string& value) {
    std::string valid;
    for (const auto& choice : field.choices) {
      if (choice == value) return;
      valid += (valid.empty() ? "" : ", ") + choice;
    }
    if (!field.choices.empty()) {
      throw std::invalid_argument(std::string(optimizer) + ": " + field.name + " = \"" + value + "\"; valid: " + valid);
    }
  }
};

struct WriteFields {
  torch::serialize::OutputArchive& archive;

  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (options::Choice<T>) {
      archive.write(field.name, c10::IValue(options::choice_name(*field.value)));
    } else {
      archive.write(field.name, c10::IValue(*field.value));
    }
  }
};

struct ReadFields {
  const char* optimizer;
  torch::serialize::InputArchive& archive;

  template <class T>
  void operator()(const options::Field<T>& field) {
    c10::IValue value;
    archive.read(field.name, value);
    if constexpr (options::Choice<T>) {
      const auto known = options::choice_named<T>(value.toStringRef());
      if (!known) {
        throw std::invalid_argument(std::string(optimizer) + ": the saved state has " + field.name + " = \"" + value.toStringRef() +
                                    "\", which is not known");
      }
      *field.value = *known;
    } else {
      *field.value = value.to<T>();
    }
  }
};

/// The fields as text, but for rates and decays.
struct WriteOthers {
  std::ostringstream text;

  template <class T>
  void operator()(const options::Field<T>& field) {
    if (field.name == std::string("learning_rate") || field.name == std::string("weight_decay")) return;
    text << field.name << ' ';
    if constexpr (options::Choice<T>) {
      text << options::choice_name(*field.value);
    } else if constexpr (std::is_same_v<T, std::vector<double>>) {
      for (const double value : *field.value) text << value << ' ';
    } else {
      text << *field.value;
    }
    text << '\n';
  }
};

}  // namespace detail

/// What two options of one kind must have in common for optimizers of them to take their steps as one.
template <class Plain>
std::string text_but_rates(Plain values) {
  detail::WriteOthers write;
  write.text.precision(std::numeric_limits<double>::max_digits10);
  values.describe(write);
  return write.text.str();
}

/// Throws std::invalid_argument if a field of `values` is out of its declared range or choices, there are not two betas, or
/// learning_rate * weight_decay is not below 1, where they exist.
template <class Plain>
void check_options(Plain values) {
  detail::CheckFields check{Plain::kName};
  values.describe(check);
  if constexpr (requires { values.betas; }) {
    if (values.betas.size() != 2) throw std::invalid_argument(std::string(Plain::kName) + ": betas must be two numbers");
  }
  if constexpr (requires { values.weight_decay; }) {
    if (!(values.learning_rate * values.weight_decay < 1)) {
      throw std::invalid_argument(std::string(Plain::kName) + ": learning_rate * weight_decay must be below 1");
    }
  }
}

}  // namespace steepest::optim
