// numerics.cpp: see numerics.h.
#include "run/numerics.h"

namespace steepest::run {
namespace {

/// What has a seed of its own is a run, be it the base's: its sections are components, while those of a component are parts of it.
template <class T>
concept HasComponents = requires(const T& run) {
  run.seed;
};

template <class T>
std::string component_name(const std::string& section) {
  if constexpr (requires { T::kName; }) return T::kName;
  else return section;
}

/// "fused_kernels" of kernels: fused.
template <options::VersionedChoice T>
std::string component_name(T choice, const std::string& key) {
  return options::choice_name(choice) + ("_" + key);
}

struct Collector {
  nlohmann::json::json_pointer place = nlohmann::json::json_pointer();
  std::vector<Component> found = {};

  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (options::Section<T>) {
      if (field.role == options::Role::decides) add(*field.value, place / field.name);
    } else if constexpr (options::VersionedChoice<T>) {
      if (field.neutral_value && *field.value == *field.neutral_value) return;  // as it was before there was a choice
      const std::string name = component_name(*field.value, field.name);
      found.push_back({place / name, name, choice_numerics(*field.value)});
    }
  }

 private:
  template <class T>
  void add(T& options, const nlohmann::json::json_pointer& at) {
    if constexpr (options::Optional<T>) {
      if (options) add(*options, at);
    } else if constexpr (options::Alternatives<T>) {
      std::visit([&](auto& chosen) { add(chosen, at); }, options);
    } else if constexpr (HasComponents<T>) {
      Collector nested{at};
      options.describe(nested);
      found.insert(found.end(), nested.found.begin(), nested.found.end());
    } else {
      found.push_back({at, component_name<T>(at.back()), options::numerics_of<T>()});
    }
  }
};

/// The versions of every alternative, and of what may be left out.
struct VersionCollector {
  nlohmann::json found = nlohmann::json::object();

  template <class T>
  void operator()(const options::Field<T>& field) {
    if (field.role == options::Role::decides) add<T>(field.name);
  }

  template <class T>
  void add(const std::string& section) {
    if constexpr (options::Optional<T>) {
      add<typename T::value_type>(section);
    } else if constexpr (options::Alternatives<T>) {
      options::for_each_alternative<T>([&]<class Chosen>() { add<Chosen>(section); });
    } else if constexpr (HasComponents<T>) {
      T().describe(*this);
    } else if constexpr (options::Section<T>) {
      found[component_name<T>(section)] = options::numerics_of<T>();
    } else if constexpr (options::VersionedChoice<T>) {
      for (std::size_t i = 0; i < choice_names(T{}).size(); ++i) {
        const T choice = static_cast<T>(i);
        found[component_name(choice, section)] = choice_numerics(choice);
      }
    }
  }
};

/// Every component that there is, with its version now.
const nlohmann::json& current_versions() {
  static const nlohmann::json kVersions = [] {
    VersionCollector collector;
    collector.add<AnyRun>("");
    return std::move(collector.found);
  }();
  return kVersions;
}

}  // namespace

std::vector<Component> components(const AnyRun& run) {
  return std::visit(
      [](auto chosen) {
        Collector collector;
        chosen.describe(collector);
        return std::move(collector.found);
      },
      run);
}

nlohmann::json numerics(const AnyRun& run) {
  nlohmann::json versions = nlohmann::json::object();
  for (const Component& part : components(run)) versions[part.name] = part.version;
  return versions;
}

nlohmann::json numerics_of_suite(int version) { return {{"suite", version}}; }

bool is_current(const nlohmann::json& numerics) {
  if (!numerics.is_object() || numerics.empty()) return false;
  for (const auto& [component, version] : numerics.items()) {
    const auto now = current_versions().find(component);
    if (now == current_versions().end() || *now != version) return false;
  }
  return true;
}

std::string numerics_text(const nlohmann::json& numerics) {
  std::string text;
  for (const auto& [component, version] : numerics.items()) {
    if (version != 1 || component == "suite") text += (text.empty() ? "" : ", ") + component + " " + version.dump();
  }
  return text.empty() ? "1" : text;
}

}  // namespace steepest::run
