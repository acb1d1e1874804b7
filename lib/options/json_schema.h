// json_schema.h: the visitor behind schema. Include json.h instead.
#pragma once
#include <algorithm>

#include "options/json.h"
#include "options/json_write.h"
#include "options/valid_text.h"

namespace steepest::options {
namespace detail {

struct SchemaWriter {
  std::string path;
  std::string lead = {};         ///< what stands before each help text
  std::string alternative = {};
  std::vector<FieldInfo> rows = {};

  template <class T>
  void operator()(const Field<T>& field) {
    const std::string key = joined(path, field.name);
    if (field.same_as) {
      rows.push_back({key, "section", std::string("the keys of ") + field.same_as, "", lead + field.help_text, {}});
    } else if constexpr (Optional<T>) {
      add(key, typename T::value_type{}, lead + field.help_text + ": ", alternative);
    } else if constexpr (Struct<T>) {
      add(key, *field.value, lead, alternative);
    } else if constexpr (Alternatives<T>) {
      add_alternatives(field, key);
    } else {
      rows.push_back({key, type_text<T>(), valid_text(field), field.unit_text, lead + field.help_text, written(field, *field.value),
                      field.role, neutral_of(field), alternative});
    }
  }

 private:
  template <Struct T>
  void add(const std::string& key, T standard, const std::string& under, const std::string& of) {
    SchemaWriter nested{key, under, of};
    standard.describe(nested);
    rows.insert(rows.end(), nested.rows.begin(), nested.rows.end());
  }

  template <Alternatives T>
  void add_alternatives(const Field<T>& field, const std::string& key) {
    const std::vector<std::string> names = field.suitable.empty() ? alternative_names<T>() : field.suitable;
    const std::string unnamed = unnamed_alternative<T>();
    const nlohmann::json neutral = unnamed.empty() ? nlohmann::json() : nlohmann::json(unnamed);
    rows.push_back({key + ".name", "text", one_of_text(names), "", lead + field.help_text, name_of(*field.value), field.role, neutral});
    for_each_alternative<T>([&]<class Chosen>() {
      const std::string name = Chosen::kName;
      if (std::find(names.begin(), names.end(), name) == names.end()) return;
      add(key, Chosen{}, std::variant_size_v<T> > 1 ? lead + name + ": " : lead, name);
    });
  }
};

}  // namespace detail

template <Struct T>
std::vector<FieldInfo> schema() {
  T options{};
  detail::SchemaWriter writer{""};
  options.describe(writer);
  return std::move(writer.rows);
}

}  // namespace steepest::options
