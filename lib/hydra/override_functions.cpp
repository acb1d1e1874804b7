// override_functions.cpp: what Hydra's override functions compute.
#include "hydra/override_functions.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "hydra/shuffle.h"
#include "hydra/value_lexer.h"
#include "hydra/yaml_scalar.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

using options::InputError;
using Json = nlohmann::json;

[[noreturn]] void fail(const std::string& problem) { throw InputError(problem); }

Value element(Json json) {
  Value value;
  value.element = std::move(json);
  return value;
}

Value choice_of(std::vector<Json> values, bool simple) {
  Value value;
  value.kind = Value::Kind::choice;
  value.values = std::move(values);
  value.simple = simple;
  return value;
}

/// Binds a call's arguments to parameter names; what is left over or given twice is an error.
std::map<std::string, Value> bind(const FunctionCall& call, const std::vector<std::string>& parameters) {
  std::map<std::string, Value> bound;
  if (call.positional.size() > parameters.size()) fail(call.name + "() takes at most " + std::to_string(parameters.size()) + " arguments");
  for (std::size_t i = 0; i < call.positional.size(); ++i) bound[parameters[i]] = call.positional[i];
  for (const auto& [name, value] : call.named) {
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) fail(call.name + "() has no argument " + name);
    if (!bound.emplace(name, value).second) fail(call.name + "() got the argument " + name + " twice");
  }
  return bound;
}

/// The arguments of a function that takes any number of them; `named` are the keyword arguments it knows.
const Value* named_argument(const FunctionCall& call, const std::string& name) {
  for (const auto& [key, value] : call.named) {
    if (key == name) return &value;
  }
  return nullptr;
}
void only_named(const FunctionCall& call, const std::vector<std::string>& known) {
  for (const auto& [key, value] : call.named) {
    if (std::find(known.begin(), known.end(), key) == known.end()) fail(call.name + "() has no argument " + key);
  }
}

bool is_scalar(const Value& value) { return !value.is_sweep() && value.element.is_primitive() && !value.element.is_null(); }

Value choice(const FunctionCall& call) {
  only_named(call, {});
  if (call.positional.empty()) fail("choice() needs at least one value");
  if (call.positional.size() == 1 && call.positional[0].kind == Value::Kind::choice) {
    if (!call.positional[0].simple) fail("choices cannot be nested");
    Value opened = call.positional[0];
    opened.simple = false;
    return opened;
  }
  std::vector<Json> values;
  for (const Value& value : call.positional) {
    if (value.is_sweep() || value.element.is_null()) fail("choice() takes plain values");
    values.push_back(value.element);
  }
  return choice_of(std::move(values), false);
}

/// true and false count as 1 and 0, as in Python.
Json number_argument(const FunctionCall& call, const std::string& name, const Value& value) {
  if (!value.is_sweep() && value.element.is_boolean()) return value.element.get<bool>() ? 1 : 0;
  if (value.is_sweep() || !value.element.is_number()) fail(call.name + "(): " + name + " must be a number");
  return value.element;
}

Value range(const FunctionCall& call) {
  auto bound = bind(call, {"start", "stop", "step"});
  if (!bound.count("start")) fail("range() needs a start or a stop");
  if (bound.count("stop") && !bound["stop"].is_sweep() && bound["stop"].element.is_null()) bound.erase("stop");
  for (auto& [name, value] : bound) value.element = number_argument(call, name, value);
  Value result;
  result.kind = Value::Kind::range;
  const bool both = bound.count("stop") > 0;
  result.start = both ? bound["start"].element : Json(0);
  result.stop = both ? bound["stop"].element : bound["start"].element;
  result.step = bound.count("step") ? bound["step"].element : Json(1);
  return result;
}

Value interval(const FunctionCall& call) {
  auto bound = bind(call, {"start", "end"});
  Value result;
  result.kind = Value::Kind::interval;
  for (const auto& [name, end] : {std::pair("start", &result.start), std::pair("end", &result.stop)}) {
    const auto given = bound.find(name);
    if (given == bound.end()) fail(std::string("interval() needs a start and an end; there is no ") + name);
    *end = number_argument(call, name, given->second).get<double>();
  }
  return result;
}

bool less(const Json& a, const Json& b) {
  const auto number = [](const Json& x) { return x.is_number() || x.is_boolean(); };
  const auto value = [](const Json& x) { return x.is_boolean() ? double(x.get<bool>()) : x.get<double>(); };
  if (number(a) && number(b)) return value(a) < value(b);
  if (a.is_string() && b.is_string()) return a.get_ref<const std::string&>() < b.get_ref<const std::string&>();
  fail("sort(): " + options::quoted(a) + " and " + options::quoted(b) + " cannot be compared");
}

void sort_values(std::vector<Json>& values, bool reverse) {
  if (reverse) std::reverse(values.begin(), values.end());  // Python keeps equal ones in their order
  std::stable_sort(values.begin(), values.end(), less);
  if (reverse) std::reverse(values.begin(), values.end());
}

Value sort_range(Value range, bool reverse) {
  const double start = range.start.get<double>(), stop = range.stop.get<double>(), step = range.step.get<double>();
  const bool turn = reverse ? start < stop : start > stop;
  if (!turn) return range;
  const auto number = [&](double x) {
    const bool whole = range.start.is_number_integer() && range.stop.is_number_integer() && range.step.is_number_integer();
    return whole && std::fabs(x) < 0x1p63 ? Json(static_cast<std::int64_t>(x)) : Json(x);
  };
  const double shift = reverse ? -std::fabs(step) : std::fabs(step);
  range.start = number(stop + shift);
  range.stop = number(start + shift);
  range.step = number(-step);
  return range;
}

/// What sort() or shuffle() is given: list=, sweep=, or values by place; each of a kind that has an order.
std::vector<Value> things_to_order(const FunctionCall& call) {
  const auto named = [&](const std::string& name) {
    const Value* given = named_argument(call, name);
    return given && (given->is_sweep() || !given->element.is_null()) ? given : nullptr;  // null stands for not given
  };
  if (const Value* list = named("list")) {
    if (list->is_sweep() || !list->element.is_array()) fail(call.name + "(): list must be a list");
    return {*list};
  }
  const auto orderly = [](const Value& value) { return value.kind == Value::Kind::choice || value.kind == Value::Kind::range; };
  if (const Value* sweep = named("sweep")) {
    if (!orderly(*sweep)) fail(call.name + "(): sweep must be a choice or a range");
    return {*sweep};
  }
  for (const Value& value : call.positional) {
    const bool plain = !value.is_sweep() && !value.element.is_null();
    if (!plain && !orderly(value)) fail(call.name + "() takes a choice, a range, a list or values");
  }
  return call.positional;
}

Value sort(const FunctionCall& call) {
  only_named(call, {"sweep", "list", "reverse"});
  bool reverse = false;
  if (const Value* flag = named_argument(call, "reverse")) {
    if (!flag->element.is_boolean()) fail("sort(): reverse must be true or false");
    reverse = flag->element.get<bool>();
  }
  const std::vector<Value> arguments = things_to_order(call);
  if (arguments.empty()) fail("sort() needs something to sort");
  if (arguments.size() == 1) {
    Value only = arguments[0];
    if (only.kind == Value::Kind::range) return sort_range(only, reverse);
    if (only.kind == Value::Kind::choice) {
      sort_values(only.values, reverse);
      return only;
    }
    if (only.element.is_array()) {
      std::vector<Json> values(only.element.begin(), only.element.end());
      sort_values(values, reverse);
      return element(Json(values));
    }
    return only;
  }
  std::vector<Json> values;
  for (const Value& value : arguments) {
    if (!is_scalar(value)) fail("sort() takes plain values");
    values.push_back(value.element);
  }
  sort_values(values, reverse);
  return choice_of(std::move(values), true);
}

Value shuffle(const FunctionCall& call) {
  only_named(call, {"sweep", "list"});
  const std::vector<Value> arguments = things_to_order(call);
  std::vector<Json> values;
  if (arguments.size() == 1) {
    Value only = arguments[0];
    if (only.is_sweep()) {
      only.shuffled = true;
      return only;
    }
    if (!only.element.is_array()) return element(Json::array({only.element}));  // as Hydra has it
    values.assign(only.element.begin(), only.element.end());
    shuffle_values(values, call.line);
    return element(Json(values));
  }
  for (const Value& value : arguments) {
    if (value.is_sweep()) fail("shuffle() takes plain values, or one choice, range or list");
    values.push_back(value.element);
  }
  Value result = choice_of(std::move(values), true);
  result.shuffled = true;
  return result;
}

Value glob(const FunctionCall& call) {
  const auto bound = bind(call, {"include", "exclude"});
  if (!bound.count("include")) fail("glob() needs a pattern");
  const auto patterns = [](const Value& value) {
    std::vector<std::string> names;
    const bool list = !value.is_sweep() && value.element.is_array();
    const Json items = list ? value.element : Json::array({value.element});
    for (const Json& item : items) {
      if (!item.is_string()) fail("glob() takes a pattern or a list of patterns");
      names.push_back(item.get<std::string>());
    }
    return names;
  };
  Value result;
  result.kind = Value::Kind::glob;
  result.include = patterns(bound.at("include"));
  if (bound.count("exclude")) result.exclude = patterns(bound.at("exclude"));
  return result;
}

Value tag(const FunctionCall& call) {
  only_named(call, {"sweep"});
  if (call.positional.empty()) fail("tag() needs a sweep, and before it its tags");
  std::vector<Value> arguments = call.positional;
  const Value* named = named_argument(call, "sweep");
  if (named && (named->is_sweep() || !named->element.is_null())) arguments.push_back(*named);
  const Value sweep = arguments.back();
  arguments.pop_back();
  if (!sweep.is_sweep() || sweep.kind == Value::Kind::glob) fail("tag() needs a choice, a range or an interval as its last argument");
  for (const Value& tag : arguments) {
    if (tag.is_sweep() || !tag.element.is_string()) fail("tag(): a tag must be text");
  }
  return sweep;
}

// --- casts: int, float, str, bool over a value, a list, a map, a choice, a range or an interval

bool plain_number(const std::string& text, bool fraction) {
  std::string body = text;
  body.erase(0, body.find_first_not_of(" \t"));
  body.erase(body.find_last_not_of(" \t") + 1);
  const Token token = next_token(body, 0);
  const bool kind = token.kind == TokenKind::integer || (fraction && token.kind == TokenKind::floating);
  const bool zeros = !body.empty() && body.find_first_not_of("0123456789") == std::string::npos;  // "007"
  return (kind && token.length == body.size()) || zeros;
}

Json to_integer(const Json& json) {
  if (json.is_boolean()) return json.get<bool>() ? 1 : 0;
  if (json.is_number_integer()) return json;
  double number = 0;
  if (json.is_string()) {
    if (!plain_number(json.get<std::string>(), false)) fail("int() cannot read " + options::quoted(json));
    number = python_float(json.get<std::string>());
  } else {
    number = json.get<double>();
  }
  if (!(std::fabs(number) < 9.2e18)) fail("int() cannot hold " + options::quoted(json));
  return static_cast<std::int64_t>(number);
}

Json to_float(const Json& json) {
  if (json.is_boolean()) return json.get<bool>() ? 1.0 : 0.0;
  if (json.is_number()) return json.get<double>();
  const std::string text = json.get<std::string>();
  if (!plain_number(text, true)) fail("float() cannot read " + options::quoted(json));
  const Json number = token_value(text, next_token(text, 0));
  return number.is_number() ? number.get<double>() : python_float(text);
}

Json to_text(const Json& json) {
  if (json.is_boolean()) return json.get<bool>() ? "true" : "false";
  return python_text(json);
}

Json to_bool(const Json& json) {
  if (!json.is_string()) return json.is_boolean() ? json.get<bool>() : json.get<double>() != 0;
  std::string text = json.get<std::string>();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text != "true" && text != "false") fail("bool() cannot read " + options::quoted(json));
  return text == "true";
}

Json cast_json(const Json& json, const std::function<Json(const Json&)>& to) {
  if (json.is_null()) fail("null cannot be cast");
  if (json.is_primitive()) return to(json);
  Json result = json;
  for (auto& item : result) item = cast_json(item, to);
  return result;
}

Value cast(const FunctionCall& call, const std::function<Json(const Json&)>& to, bool numeric) {
  only_named(call, {"value"});
  const Value* named = named_argument(call, "value");
  if (named && !call.positional.empty()) fail(call.name + "() takes values or value=, not both");
  std::vector<Value> arguments = named ? std::vector<Value>{*named} : call.positional;
  if (arguments.empty()) fail(call.name + "() needs a value");
  Value value = arguments[0];
  if (arguments.size() > 1) {
    std::vector<Json> values;
    for (const Value& argument : arguments) {
      if (argument.is_sweep()) fail(call.name + "() takes plain values, or one choice or range");
      values.push_back(argument.element);
    }
    value = choice_of(std::move(values), true);
  }
  switch (value.kind) {
    case Value::Kind::element: return element(cast_json(value.element, to));
    case Value::Kind::choice:
      for (Json& item : value.values) item = cast_json(item, to);
      value.shuffled = false;  // Hydra forgets it, too
      return value;
    case Value::Kind::range:
      if (!numeric) fail("a range can only be cast to int or float");
      value.start = to(value.start);
      value.stop = to(value.stop);
      value.step = to(value.step);
      value.shuffled = false;
      return value;
    case Value::Kind::interval:
      if (!numeric) fail("an interval can only be cast to int or float");
      value.start = to(value.start);
      value.stop = to(value.stop);
      return value;
    default: fail(call.name + "() cannot cast a glob");
  }
}

}  // namespace

Value call_function(FunctionCall call) {
  static const std::map<std::string, std::function<Value(const FunctionCall&)>> kFunctions = {
      {"choice", choice},
      {"range", range},
      {"sort", sort},
      {"glob", glob},
      {"tag", tag},
      {"int", [](const FunctionCall& c) { return cast(c, to_integer, true); }},
      {"float", [](const FunctionCall& c) { return cast(c, to_float, true); }},
      {"str", [](const FunctionCall& c) { return cast(c, to_text, false); }},
      {"bool", [](const FunctionCall& c) { return cast(c, to_bool, false); }},
      {"interval", interval},
      {"shuffle", shuffle},
  };
  const auto found = kFunctions.find(call.name);
  if (found == kFunctions.end()) {
    std::vector<std::string> names;
    for (const auto& item : kFunctions) names.push_back(item.first);
    throw InputError({"", "unknown function " + call.name + "()", options::one_of_text(names), options::nearest_name(call.name, names), "", 0});
  }
  return found->second(call);
}

}  // namespace steepest::hydra
