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
  std::string lead = {};  ///< what stands before each help text
  std::string alternative = {};
  std::vector<FieldInfo> rows = {};

  template <class T>
  void operator()(const Field<T>& field) {
    const std::string key = joined(path, field.name);
    if (field.same_as) {
      rows.push_back({key, "section", std::string("the keys of ") + field.same_as, "", lead + field.help_text, {}});
    } else if constexpr (Optional<T>) {
      add(field, key, typename T::value_type{}, lead + field.help_text + ": ");
    } else if constexpr (Section<T>) {
      add(field, key, *field.value, lead);
    } else {
      auto [name, neutral] = neutral_in_identity(field);
      rows.push_back({key, type_text<T>(), valid_text(field), field.unit_text, lead + field.help_text, written(field, *field.value),
                      field.role, std::move(neutral), alternative, joined(path, name)});
    }
  }

 private:
  template <class T, Struct Part>
  void add(const Field<T>&, const std::string& key, Part standard, const std::string& under) {
    add_keys(key, standard, under, alternative);
  }

  template <class T, Alternatives Part>
  void add(const Field<T>& field, const std::string& key, const Part& standard, const std::string& under) {
    const std::vector<std::string> names = field.suitable.empty() ? alternative_names<Part>() : field.suitable;
    const std::string unnamed = unnamed_alternative<Part>(), help = Optional<T> ? "which kind" : field.help_text;
    const nlohmann::json neutral = unnamed.empty() ? nlohmann::json() : nlohmann::json(unnamed);
    rows.push_back({key + ".name", "text", one_of_text(names), "", under + help, name_of(standard), field.role, neutral});
    for_each_alternative<Part>([&]<class Chosen>() {
      const std::string name = Chosen::kName;
      if (std::find(names.begin(), names.end(), name) == names.end()) return;
      add_keys(key, Chosen{}, std::variant_size_v<Part> > 1 ? under + name + ": " : under, name);
    });
  }

  template <Struct Part>
  void add_keys(const std::string& key, Part standard, const std::string& under, const std::string& of) {
    SchemaWriter nested{key, under, of};
    standard.describe(nested);
    rows.insert(rows.end(), nested.rows.begin(), nested.rows.end());
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
