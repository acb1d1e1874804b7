// json_write.h: the visitors behind to_json, deviations and observations. Include json.h instead.
#pragma once
#include <type_traits>
#include <utility>

#include "options/json.h"
#include "options/valid_text.h"

namespace steepest::options {
namespace detail {

/// A value of the field, as a configuration has it.
template <class T>
nlohmann::json written(const Field<T>& field, const T& value) {
  if constexpr (Choice<T>) {
    return choice_name(value);
  } else {
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      if (field.special && static_cast<double>(value) == *field.special) return field.special_name;
    }
    return value;
  }
}

/// What an identity calls a field, and its value there.
template <class T>
std::pair<const char*, nlohmann::json> in_identity(const Field<T>& field, const T& value) {
  if constexpr (std::is_same_v<T, double>) {
    if (field.former_name) return {field.former_name, field.then(value)};
  }
  return {field.name, written(field, value)};
}
template <class T>
std::pair<const char*, nlohmann::json> neutral_in_identity(const Field<T>& field) {
  return in_identity(field, field.neutral_value ? *field.neutral_value : *field.value);
}

struct Writer {
  nlohmann::json result = nlohmann::json::object();
  template <class T>
  void operator()(const Field<T>& field) {
    if constexpr (Optional<T>) {
      if (*field.value) result[field.name] = to_json(**field.value);
    } else if constexpr (Section<T>) {
      result[field.name] = to_json(*field.value);
    } else {
      result[field.name] = written(field, *field.value);
    }
  }
};

/// The neutral values of what is no section, from default options.
struct NeutralWriter {
  nlohmann::json result = nlohmann::json::object();
  template <class T>
  void operator()(const Field<T>& field) {
    if constexpr (!Section<T>) {
      auto [name, value] = neutral_in_identity(field);
      result[name] = std::move(value);
    }
  }
};

struct DeviationWriter {
  const nlohmann::json& neutral;
  nlohmann::json result = nlohmann::json::object();
  template <class T>
  void operator()(const Field<T>& field) {
    if (field.role != Role::decides) return;
    if constexpr (Optional<T>) {
      if (*field.value) result[field.name] = deviations(**field.value);
    } else if constexpr (Section<T>) {
      if (nlohmann::json nested = deviations(*field.value); !nested.empty()) result[field.name] = std::move(nested);
    } else if (auto [name, value] = in_identity(field, *field.value); value != neutral.at(name)) {
      result[name] = std::move(value);
    }
  }
};

struct ObservationWriter {
  std::string path;
  std::map<std::string, std::int64_t> result;
  template <class T>
  void operator()(const Field<T>& field) {
    const std::string key = joined(path, field.name);
    if (!field.is_watched) return;
    if constexpr (Optional<T>) {
      if (*field.value) result.merge(observations(**field.value, key));
    } else if constexpr (Section<T>) {
      result.merge(observations(*field.value, key));
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (field.role == Role::observes) result[key] = *field.value;
    }
  }
};

}  // namespace detail

template <Section T>
nlohmann::json to_json(T options) {
  if constexpr (Alternatives<T>) {
    nlohmann::json result = std::visit([](const auto& chosen) { return to_json(chosen); }, options);
    result["name"] = name_of(options);
    return result;
  } else {
    detail::Writer writer;
    options.describe(writer);
    return std::move(writer.result);
  }
}

template <Section T>
nlohmann::json deviations(T options) {
  if constexpr (Alternatives<T>) {
    nlohmann::json result = std::visit([](const auto& chosen) { return deviations(chosen); }, options);
    if (const std::string name = name_of(options); name != unnamed_alternative<T>()) result["name"] = name;
    return result;
  } else {
    static const nlohmann::json kNeutral = [] {
      T standard{};
      detail::NeutralWriter neutral;
      standard.describe(neutral);
      return std::move(neutral.result);
    }();
    detail::DeviationWriter writer{kNeutral};
    options.describe(writer);
    return std::move(writer.result);
  }
}

template <Section T>
std::map<std::string, std::int64_t> observations(T options, const std::string& path) {
  if constexpr (Alternatives<T>) {
    return std::visit([&](const auto& chosen) { return observations(chosen, path); }, options);
  } else {
    detail::ObservationWriter writer{path, {}};
    options.describe(writer);
    return std::move(writer.result);
  }
}

}  // namespace steepest::options
