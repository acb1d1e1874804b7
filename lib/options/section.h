// section.h: the kinds of sections that a Field may hold, for visitors that treat them apart.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "options/field.h"

namespace steepest::options {

namespace detail {
struct AnyVisitor {
  template <class F>
  void operator()(F&&) {}
};
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

/// A struct with a `describe` of its own.
template <class T>
concept Struct = requires(T value, detail::AnyVisitor visit) {
  value.describe(visit);
};

/// A variant of such structs, each with a kName. One of them may have `static constexpr bool kUnnamed = true`: it was there before there was
/// a choice, so that a section without a `name` is its, and its name is no part of an identity.
template <class T>
concept Alternatives = detail::is_variant<T>;

/// A section that may be left out.
template <class T>
concept Optional = detail::is_optional<T>;

template <class T>
concept Section = Struct<T> || Alternatives<T> || Optional<T>;

/// Calls `visit.operator()<T>()` for each alternative, in order.
template <Alternatives Variant, class Visit>
void for_each_alternative(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (visit.template operator()<std::variant_alternative_t<I, Variant>>(), ...); }
  (std::make_index_sequence<std::variant_size_v<Variant>>());
}

/// The kName of each alternative, in order.
template <Alternatives Variant>
std::vector<std::string> alternative_names() {
  std::vector<std::string> names;
  for_each_alternative<Variant>([&]<class T>() { names.emplace_back(T::kName); });
  return names;
}

/// The kName of the alternative that is held.
template <Alternatives Variant>
std::string name_of(const Variant& held) {
  return std::visit([](const auto& chosen) { return std::string(std::decay_t<decltype(chosen)>::kName); }, held);
}

/// The kName of the alternative of a section without a name; empty: it must have one.
template <Alternatives Variant>
std::string unnamed_alternative() {
  std::string name;
  for_each_alternative<Variant>([&]<class T>() {
    if constexpr (requires { T::kUnnamed; }) name = T::kName;
  });
  return name;
}

/// The version of the numbers that a component's code gives: `static constexpr int kNumerics` of its options, 1 where there is none. It is
/// raised, here and nowhere else, by a change that may alter a result of this component.
template <Struct T>
constexpr int numerics_of() {
  if constexpr (requires { T::kNumerics; }) return T::kNumerics;
  else return 1;
}

/// The same of a choice whose values have code of their own behind them, by `choice_numerics` beside its names: from the beginning, or runs of its
/// first version could not be told from later ones.
template <class T>
concept VersionedChoice = requires(T choice) {
  choice_numerics(choice);
};

}  // namespace steepest::options
