// json_impl.h: the visitors behind json.h. Include json.h instead.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <variant>

#include "options/json.h"
#include "options/valid_text.h"

namespace steepest::options {
namespace detail {

inline std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

/// True for a struct with a `describe` of its own.
struct AnyVisitor { template <class F> void operator()(F&&) {} };
template <class T>
concept Section = requires(T value, AnyVisitor visit) { value.describe(visit); };

/// A number in range? Infinities and NaN never are: JSON, and so a run's identity, cannot hold them.
template <class T>
bool in_range(const Field<T>& field, double number) {
  if (!std::isfinite(number)) return false;
  if (field.low && (field.low_open ? !(number > *field.low) : !(number >= *field.low))) return false;
  if (field.high && (field.high_open ? !(number < *field.high) : !(number <= *field.high))) return false;
  return true;
}

template <class T>
[[noreturn]] void refuse(const Field<T>& field, const std::string& key, const nlohmann::json& found, const std::string& why) {
  InputError::Parts parts;
  parts.key = key;
  parts.problem = "found " + quoted(found) + why;
  parts.valid = valid_text(field);
  if (found.is_string()) {
    std::vector<std::string> names = field.choices;
    if (!field.special_name.empty()) names.push_back(field.special_name);
    parts.nearest = nearest_name(found.get<std::string>(), names);
  }
  throw InputError(std::move(parts));
}

/// One scalar, or one element of a list.
template <class Scalar, class T>
Scalar read_scalar(const Field<T>& field, const std::string& key, const nlohmann::json& found) {
  if constexpr (std::is_same_v<Scalar, bool>) {
    if (!found.is_boolean()) refuse(field, key, found, ", which is not true or false");
    return found.get<bool>();
  } else if constexpr (std::is_same_v<Scalar, std::string>) {
    if (!found.is_string()) refuse(field, key, found, ", which is not text (quote it if it is meant as text)");
    const auto& text = found.get_ref<const std::string&>();
    const bool known = field.choices.empty() || std::find(field.choices.begin(), field.choices.end(), text) != field.choices.end();
    if (!known) refuse(field, key, found, "");
    return text;
  } else if constexpr (Choice<Scalar>) {
    Field<std::string> words;
    words.choices = field.choices;
    return *choice_named<Scalar>(read_scalar<std::string>(words, key, found));
  } else {
    if (field.special && found.is_string() && found.get_ref<const std::string&>() == field.special_name) {
      return static_cast<Scalar>(*field.special);
    }
    if constexpr (std::is_same_v<Scalar, double>) {
      if (!found.is_number()) refuse(field, key, found, ", which is not a number");
    } else {
      const bool fits = found.is_number_integer() &&
                        !(found.is_number_unsigned() &&
                          found.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Scalar>::max()));
      if (!fits) refuse(field, key, found, ", which is not an integer");
    }
    const double number = found.get<double>();
    if (!in_range(field, number)) refuse(field, key, found, std::isfinite(number) ? ", which is out of range" : ", which is not finite");
    return found.get<Scalar>();
  }
}

struct KeyCollector {
  std::vector<std::string> keys;
  template <class T> void operator()(const Field<T>& field) { keys.emplace_back(field.name); }
};

template <Section T>
std::vector<std::string> keys_of(T& options) {
  KeyCollector collector;
  options.describe(collector);
  return collector.keys;
}

struct Reader {
  const nlohmann::json& node;
  const std::string& path;
  Absent absent;

  template <class T>
  void operator()(const Field<T>& field) const {
    const auto found = node.find(field.name);
    const std::string key = joined(path, field.name);
    if (found == node.end()) {
      if (absent == Absent::standard) return;
      if constexpr (Section<T>) *field.value = from_json<T>(nlohmann::json::object(), key, {}, absent);
      else if (field.neutral_value) *field.value = *field.neutral_value;
      return;
    }
    if constexpr (Section<T>) {
      *field.value = from_json<T>(*found, key, {}, absent);
    } else if constexpr (std::is_same_v<T, std::vector<double>> || std::is_same_v<T, std::vector<std::string>>) {
      if (!found->is_array()) refuse(field, key, *found, ", which is not a list");
      field.value->clear();
      for (const auto& element : *found) field.value->push_back(read_scalar<typename T::value_type>(field, key, element));
    } else {
      *field.value = read_scalar<T>(field, key, *found);
    }
  }
};

/// A value of the field, as a configuration has it.
template <class T>
nlohmann::json written(const Field<T>& field, const T& value) {
  if constexpr (Section<T>) {
    return to_json(value);
  } else if constexpr (Choice<T>) {
    return choice_name(value);
  } else {
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      if (field.special && static_cast<double>(value) == *field.special) return field.special_name;
    }
    return value;
  }
}

/// Of the fields of default options: their neutral value.
template <class T>
nlohmann::json neutral_of(const Field<T>& field) { return written(field, field.neutral_value ? *field.neutral_value : *field.value); }

struct Writer {
  nlohmann::json result = nlohmann::json::object();
  template <class T> void operator()(const Field<T>& field) { result[field.name] = written(field, *field.value); }
};

/// The neutral values of what is no section, from default options.
struct NeutralWriter {
  nlohmann::json result = nlohmann::json::object();
  template <class T>
  void operator()(const Field<T>& field) {
    if constexpr (!Section<T>) result[field.name] = neutral_of(field);
  }
};

struct DeviationWriter {
  const nlohmann::json& neutral;
  nlohmann::json result = nlohmann::json::object();
  template <class T>
  void operator()(const Field<T>& field) {
    if (field.role != Role::decides) return;
    if constexpr (Section<T>) {
      if (auto nested = deviations(*field.value); !nested.empty()) result[field.name] = std::move(nested);
    } else if (auto value = written(field, *field.value); value != neutral.at(field.name)) {
      result[field.name] = std::move(value);
    }
  }
};

struct ObservationWriter {
  std::string path;
  std::map<std::string, std::int64_t> result;
  template <class T>
  void operator()(const Field<T>& field) {
    const std::string key = joined(path, field.name);
    if constexpr (Section<T>) result.merge(observations(*field.value, key));
    else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (field.role == Role::observes) result[key] = *field.value;
    }
  }
};

struct SchemaWriter {
  std::string path;
  std::vector<FieldInfo> rows;
  template <class T>
  void operator()(const Field<T>& field) {
    const std::string key = joined(path, field.name);
    if constexpr (Section<T>) {
      SchemaWriter nested{key, {}};
      field.value->describe(nested);
      rows.insert(rows.end(), nested.rows.begin(), nested.rows.end());
    } else {
      rows.push_back({key, type_text<T>(), valid_text(field), field.unit_text, field.help_text, written(field, *field.value), field.role,
                      neutral_of(field)});
    }
  }
};

}  // namespace detail

template <class T>
T from_json(const nlohmann::json& node, const std::string& path, const std::vector<std::string>& extra, Absent absent) {
  T options{};
  const std::vector<std::string> known = detail::keys_of(options);
  if (!node.is_object()) {
    throw InputError({path, "found " + quoted(node) + ", which is not a section of keys", "keys " + list_text(known), "", "", 0});
  }
  for (const auto& item : node.items()) {
    const auto is = [&](const std::string& name) { return name == item.key(); };
    if (std::any_of(known.begin(), known.end(), is) || std::any_of(extra.begin(), extra.end(), is)) continue;
    throw unknown_key(detail::joined(path, item.key()), item.key(), known);
  }
  detail::Reader reader{node, path, absent};
  options.describe(reader);
  return options;
}

template <class T>
nlohmann::json to_json(T options) {
  detail::Writer writer;
  options.describe(writer);
  return std::move(writer.result);
}

template <class T>
nlohmann::json deviations(T options) {
  T standard{};
  detail::NeutralWriter neutral;
  standard.describe(neutral);
  detail::DeviationWriter writer{neutral.result};
  options.describe(writer);
  return std::move(writer.result);
}

template <class T>
std::map<std::string, std::int64_t> observations(T options, const std::string& path) {
  detail::ObservationWriter writer{path, {}};
  options.describe(writer);
  return std::move(writer.result);
}

template <class T>
std::vector<FieldInfo> schema() {
  T options{};
  detail::SchemaWriter writer;
  options.describe(writer);
  return std::move(writer.rows);
}

namespace detail {

/// One way to read an alternative of a variant, picked by its kName.
template <class Variant>
struct Alternative {
  const char* name;
  Variant (*read)(const nlohmann::json&, const std::string&, Absent);
};

template <class Variant, std::size_t... I>
std::vector<Alternative<Variant>> alternatives(std::index_sequence<I...>) {
  return {{std::variant_alternative_t<I, Variant>::kName, [](const nlohmann::json& node, const std::string& path, Absent absent) {
             return Variant(from_json<std::variant_alternative_t<I, Variant>>(node, path, {"name"}, absent));
           }}...};
}

}  // namespace detail

template <class Variant>
std::vector<std::string> alternative_names() {
  std::vector<std::string> names;
  for (const auto& alternative : detail::alternatives<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>{})) {
    names.emplace_back(alternative.name);
  }
  return names;
}

template <class Variant>
Variant any_from_json(const nlohmann::json& node, const std::string& path, Absent absent) {
  const std::vector<std::string> names = alternative_names<Variant>();
  if (!node.is_object()) {
    throw InputError({path, "found " + quoted(node) + ", which is not a section of keys", "a section with a name, " + one_of_text(names), "", "", 0});
  }
  const std::string key = detail::joined(path, "name");
  const auto name = node.find("name");
  if (name == node.end()) throw InputError({key, "missing", one_of_text(names), "", "", 0});
  if (!name->is_string()) throw InputError({key, "found " + quoted(*name) + ", which is not text", one_of_text(names), "", "", 0});
  for (const auto& alternative : detail::alternatives<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>{})) {
    if (name->get_ref<const std::string&>() == alternative.name) return alternative.read(node, path, absent);
  }
  throw InputError({key, "found " + quoted(*name), one_of_text(names), nearest_name(name->get<std::string>(), names), "", 0});
}

template <class Variant>
nlohmann::json any_to_json(const Variant& options) {
  return std::visit(
      [](const auto& chosen) {
        nlohmann::json result = to_json(chosen);
        result["name"] = std::decay_t<decltype(chosen)>::kName;
        return result;
      },
      options);
}

template <class Variant>
nlohmann::json any_deviations(const Variant& options) {
  return std::visit(
      [](const auto& chosen) {
        nlohmann::json result = deviations(chosen);
        result["name"] = std::decay_t<decltype(chosen)>::kName;
        return result;
      },
      options);
}

}  // namespace steepest::options
