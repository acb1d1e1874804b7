// field.h: what one option is (name, storage, range, choices, unit, help). Plain C++, no dependency, so that the
// option structs of the optimizers can be installed and used without any of the configuration code.
//
//   struct LoraMuonOptions {
//     static constexpr const char* kName = "lora_muon";
//     double learning_rate = 0.1;
//     template <class Visitor> void describe(Visitor& visit) {
//       visit(options::field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("..."));
//     }
//   };
//
// One `describe` serves reading from a configuration, writing, --help, LibTorch's archives, and the identity of a run: an option whose
// default changes declares `.neutral(OLD)`, so that what was made under the old default keeps its identity.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace steepest::options {

/// What an option does to a run.
enum class Role {
  decides,   ///< its numbers depend on it
  observes,  ///< it only says how often a run is looked at, 0: at its end alone, or is a section of such; the numbers do not depend on it
  outside,   ///< where an input is fetched, or how it is called: its content is known by other means
};

/// An enum whose values are words wherever options are written. Beside it stands what it is spelled like, in the order of its values:
///   enum class Form { paper, released };
///   constexpr auto choice_names(Form) { return std::array{"paper", "released"}; }
template <class E>
concept Choice = std::is_enum_v<E> && requires(E value) {
  choice_names(value);
};

template <Choice E>
std::string choice_name(E value) {
  return choice_names(value).at(static_cast<std::size_t>(value));
}

/// The value that is spelled like this, if there is one.
template <Choice E>
std::optional<E> choice_named(std::string_view word) {
  const auto names = choice_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// T is one of: bool, int64_t, double, std::string, a Choice, std::vector<double>, std::vector<std::string>, or a section: a struct with a
/// `describe` of its own, a std::variant of such structs, of which the key `name` chooses one by its kName, or a std::optional of either,
/// which may be left out.
template <class T>
struct Field {
  const char* name;
  T* value;
  std::optional<double> low, high;  ///< range of a number, or of each number in a list
  bool low_open = false, high_open = false;
  std::vector<std::string> choices;  ///< for strings, or for each string of a list; of a Choice all its words, unless `one_of` names some
  std::optional<double> special;     ///< a number that is spelled as a word in configurations ...
  std::string special_name;          ///< ... e.g. rank 0 is spelled `dense`
  const char *unit_text = "", *help_text = "";
  std::optional<T> neutral_value;  ///< none: the default of the struct
  Role role = Role::decides;

  /// Of a number that was called otherwise, and written otherwise: what stored runs and their identities have.
  const char* former_name = nullptr;
  double (*now)(double) = nullptr;
  double (*then)(double) = nullptr;

  // Of a section:
  bool is_required = false;           ///< it must be there, be it empty
  const char* group = nullptr;        ///< the folder of files that it is chosen from, if there is one
  const char* same_as = nullptr;      ///< the section whose keys it has, which a schema lists there alone
  std::vector<std::string> suitable;  ///< the alternatives of a variant that a schema lists; empty: all
  bool is_watched = true;             ///< whether what only looks at it is kept

  /// The value under which everything is as it was before the option existed. It is frozen: a run's identity covers what deviates from it.
  Field& neutral(T frozen) {
    neutral_value = std::move(frozen);
    return *this;
  }
  /// An option that has changed its name and scale: stored configurations are read, and identities formed, as they were. `to_now` and `to_then`
  /// must be inverse to the bit.
  Field& formerly(const char* former, double (*to_now)(double), double (*to_then)(double)) requires std::is_same_v<T, double> {
    former_name = former;
    now = to_now;
    then = to_then;
    return *this;
  }
  Field& observes() {
    role = Role::observes;
    return *this;
  }
  Field& outside_identity() {
    role = Role::outside;
    return *this;
  }
  Field& above(double bound) {
    low = bound;
    low_open = true;
    return *this;
  }
  Field& at_least(double bound) {
    low = bound;
    low_open = false;
    return *this;
  }
  Field& below(double bound) {
    high = bound;
    high_open = true;
    return *this;
  }
  Field& at_most(double bound) {
    high = bound;
    high_open = false;
    return *this;
  }
  Field& one_of(std::vector<std::string> names) {
    choices = std::move(names);
    return *this;
  }
  Field& one_of(const std::vector<T>& values) requires Choice<T> {
    choices.clear();
    for (const T allowed : values) choices.push_back(choice_name(allowed));
    return *this;
  }
  Field& spelled(double number, std::string word) {
    special = number;
    special_name = std::move(word);
    return *this;
  }
  Field& unit(const char* text) {
    unit_text = text;
    return *this;
  }
  Field& help(const char* text) {
    help_text = text;
    return *this;
  }
  Field& required() {
    is_required = true;
    return *this;
  }
  Field& from_group(const char* folder) {
    group = folder;
    return *this;
  }
  Field& keys_as(const char* section) {
    same_as = section;
    return *this;
  }
  Field& suits(std::vector<std::string> names) {
    suitable = std::move(names);
    return *this;
  }
  Field& unwatched() {
    is_watched = false;
    return *this;
  }
};

template <class T>
Field<T> field(const char* name, T& value) {
  Field<T> result{};
  result.name = name;
  result.value = &value;
  if constexpr (Choice<T>) {
    for (const char* word : choice_names(value)) result.choices.emplace_back(word);
  }
  return result;
}

}  // namespace steepest::options
