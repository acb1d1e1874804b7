// json_read.h: the visitor behind from_json. Include json.h instead.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "options/json.h"
#include "options/valid_text.h"

namespace steepest::options {
namespace detail {

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
      const bool fits =
          found.is_number_integer() &&
          !(found.is_number_unsigned() && found.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Scalar>::max()));
      if (!fits) refuse(field, key, found, ", which is not an integer");
    }
    const double number = found.get<double>();
    if (!in_range(field, number)) refuse(field, key, found, std::isfinite(number) ? ", which is out of range" : ", which is not finite");
    return found.get<Scalar>();
  }
}

struct KeyCollector {
  std::vector<std::string> keys, former;
  template <class T>
  void operator()(const Field<T>& field) {
    keys.emplace_back(field.name);
    if (field.former_name) former.emplace_back(field.former_name);
  }
};

template <Struct T>
KeyCollector keys_of(T& options) {
  KeyCollector collector;
  options.describe(collector);
  return collector;
}

/// The alternative that `name` chooses.
template <Alternatives Variant>
Variant read_alternative(const nlohmann::json& node, const std::string& path, Absent absent) {
  const std::vector<std::string> names = alternative_names<Variant>();
  if (!node.is_object()) {
    throw InputError({path, "found " + quoted(node) + ", which is not a section of keys", "a section with a name, " + one_of_text(names)});
  }
  const std::string key = joined(path, "name"), unnamed = unnamed_alternative<Variant>();
  const auto found = node.find("name");
  if (found == node.end() && unnamed.empty()) throw InputError({key, "missing", one_of_text(names)});
  if (found != node.end() && !found->is_string()) {
    throw InputError({key, "found " + quoted(*found) + ", which is not text", one_of_text(names)});
  }
  const std::string name = found == node.end() ? unnamed : found->template get<std::string>();
  std::optional<Variant> chosen;
  for_each_alternative<Variant>([&]<class T>() {
    if (name == T::kName) chosen = from_json<T>(node, path, {"name"}, absent);
  });
  if (!chosen) throw InputError({key, "found " + quoted(nlohmann::json(name)), one_of_text(names), nearest_name(name, names)});
  return std::move(*chosen);
}

struct Reader {
  const nlohmann::json& node;
  const std::string& path;
  Absent absent;

  template <class T>
  void operator()(const Field<T>& field) const {
    const auto found = node.find(field.name);
    const std::string key = joined(path, field.name);
    if (take_former(field)) return;
    if (found == node.end()) {
      take_absent(field, key);
    } else if constexpr (Optional<T>) {
      if (found->is_null()) field.value->reset();
      else *field.value = section<typename T::value_type>(field, key, *found);
    } else if constexpr (Section<T>) {
      *field.value = section<T>(field, key, *found);
    } else if constexpr (std::is_same_v<T, std::vector<double>> || std::is_same_v<T, std::vector<std::string>>) {
      if (!found->is_array()) refuse(field, key, *found, ", which is not a list");
      field.value->clear();
      for (const auto& element : *found) field.value->push_back(read_scalar<typename T::value_type>(field, key, element));
    } else {
      *field.value = read_scalar<T>(field, key, *found);
    }
  }

 private:
  template <class T>
  void take_absent(const Field<T>& field, const std::string& key) const {
    if (field.is_required) throw InputError({key, "this section is missing"});
    if (absent == Absent::standard) return;
    if (field.neutral_value) *field.value = *field.neutral_value;
    else if constexpr (Struct<T>) *field.value = from_json<T>(nlohmann::json::object(), key, {}, absent);
  }

  /// A stored value under the option's former name.
  template <class T>
  bool take_former(const Field<T>& field) const {
    if constexpr (std::is_same_v<T, double>) {
      if (!field.former_name || absent == Absent::standard) return false;
      const auto found = node.find(field.former_name);
      if (found == node.end() || !found->is_number()) return false;
      *field.value = field.now(found->template get<double>());
      return true;
    }
    return false;
  }

  template <Section Part, class T>
  Part section(const Field<T>& field, const std::string& key, const nlohmann::json& found) const {
    if (!found.is_object() && field.group) {
      throw InputError({key, "found " + quoted(found) + ", which is not a section of keys", group_choice(field.group, key)});
    }
    return from_json<Part>(found, key, {}, absent);
  }
};

}  // namespace detail

template <Section T>
T from_json(const nlohmann::json& node, const std::string& path, const std::vector<std::string>& extra, Absent absent) {
  if constexpr (Alternatives<T>) {
    return detail::read_alternative<T>(node, path, absent);
  } else {
    T options{};
    const auto [known, former] = detail::keys_of(options);
    if (!node.is_object()) {
      throw InputError({path, "found " + quoted(node) + ", which is not a section of keys", "keys " + list_text(known)});
    }
    for (const auto& item : node.items()) {
      const auto has = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), item.key()) != names.end();
      };
      if (has(known) || has(extra) || (absent == Absent::neutral && has(former))) continue;
      throw unknown_key(joined(path, item.key()), item.key(), known);
    }
    detail::Reader reader{node, path, absent};
    options.describe(reader);
    return options;
  }
}

}  // namespace steepest::options
