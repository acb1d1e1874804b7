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

/// The one value of an argument; null if it sweeps.
const Json* plain(const Value& value) {
  const auto* element = std::get_if<Element>(&value);
  return element ? &element->json : nullptr;
}
bool is_given(const Value* value) { return value && !(plain(*value) && plain(*value)->is_null()); }  // null stands for not given
Value one(Json json) { return Element{std::move(json)}; }

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

/// Arguments that are all plain, one value each.
std::vector<Json> plain_values(const FunctionCall& call, const std::vector<Value>& arguments, const char* problem,
                               bool null_is_one = true) {
  std::vector<Json> values;
  for (const Value& argument : arguments) {
    const Json* json = plain(argument);
    if (!json || (json->is_null() && !null_is_one)) fail(call.name + "() " + problem);
    values.push_back(*json);
  }
  return values;
}

Value choice(const FunctionCall& call) {
  only_named(call, {});
  if (call.positional.empty()) fail("choice() needs at least one value");
  if (const auto* inner = std::get_if<Choice>(&call.positional[0]); inner && call.positional.size() == 1) {
    if (!inner->simple) fail("choices cannot be nested");
    return Choice{inner->values, false, inner->shuffled};
  }
  return Choice{plain_values(call, call.positional, "takes plain values", false)};
}

/// true and false count as 1 and 0, as in Python.
Json number_argument(const FunctionCall& call, const std::string& name, const Value& value) {
  const Json* json = plain(value);
  if (json && json->is_boolean()) return json->get<bool>() ? 1 : 0;
  if (!json || !json->is_number()) fail(call.name + "(): " + name + " must be a number");
  return *json;
}

Value range(const FunctionCall& call) {
  auto bound = bind(call, {"start", "stop", "step"});
  if (!bound.count("start")) fail("range() needs a start or a stop");
  if (bound.count("stop") && !is_given(&bound["stop"])) bound.erase("stop");
  const auto number = [&](const char* name, Json otherwise) {
    return bound.count(name) ? number_argument(call, name, bound[name]) : otherwise;
  };
  const Json first = number("start", 0), stop = number("stop", nullptr), step = number("step", 1);
  return stop.is_null() ? Range{0, first, step} : Range{first, stop, step};
}

Value interval(const FunctionCall& call) {
  const auto bound = bind(call, {"start", "end"});
  const auto number = [&](const char* name) -> Json {
    const auto given = bound.find(name);
    if (given == bound.end()) fail(std::string("interval() needs a start and an end; there is no ") + name);
    return number_argument(call, name, given->second).get<double>();
  };
  return Interval{number("start"), number("end")};
}

bool less(const Json& a, const Json& b) {
  const auto number = [](const Json& x) { return x.is_number() || x.is_boolean(); };
  const auto value = [](const Json& x) { return x.is_boolean() ? double(x.get<bool>()) : x.get<double>(); };
  if (number(a) && number(b)) return value(a) < value(b);
  if (a.is_string() && b.is_string()) return a.get_ref<const std::string&>() < b.get_ref<const std::string&>();
  fail("sort(): " + options::quoted(a) + " and " + options::quoted(b) + " cannot be compared");
}

std::vector<Json> sorted(std::vector<Json> values, bool reverse) {
  if (reverse) std::reverse(values.begin(), values.end());  // Python keeps equal ones in their order
  std::stable_sort(values.begin(), values.end(), less);
  if (reverse) std::reverse(values.begin(), values.end());
  return values;
}

Range sort_range(Range range, bool reverse) {
  const double start = range.start.get<double>(), stop = range.stop.get<double>(), step = range.step.get<double>();
  const bool turn = reverse ? start < stop : start > stop;
  if (!turn) return range;
  const auto number = [&](double x) {
    const bool whole = range.start.is_number_integer() && range.stop.is_number_integer() && range.step.is_number_integer();
    return whole && std::fabs(x) < 0x1p63 ? Json(static_cast<std::int64_t>(x)) : Json(x);
  };
  const double shift = reverse ? -std::fabs(step) : std::fabs(step);
  return {number(stop + shift), number(start + shift), number(-step), range.shuffled};
}

bool has_order(const Value& value) { return std::holds_alternative<Choice>(value) || std::holds_alternative<Range>(value); }

/// What sort() or shuffle() is given: list=, sweep=, or values by place; each of a kind that has an order.
std::vector<Value> things_to_order(const FunctionCall& call) {
  if (const Value* list = named_argument(call, "list"); is_given(list)) {
    if (!plain(*list) || !plain(*list)->is_array()) fail(call.name + "(): list must be a list");
    return {*list};
  }
  if (const Value* sweep = named_argument(call, "sweep"); is_given(sweep)) {
    if (!has_order(*sweep)) fail(call.name + "(): sweep must be a choice or a range");
    return {*sweep};
  }
  for (const Value& value : call.positional) {
    const bool value_of_its_own = plain(value) && !plain(value)->is_null();
    if (!value_of_its_own && !has_order(value)) fail(call.name + "() takes a choice, a range, a list or values");
  }
  return call.positional;
}

std::vector<Json> items(const Json& list) { return std::vector<Json>(list.begin(), list.end()); }

Value sort(const FunctionCall& call) {
  only_named(call, {"sweep", "list", "reverse"});
  bool reverse = false;
  if (const Value* flag = named_argument(call, "reverse")) {
    if (!plain(*flag) || !plain(*flag)->is_boolean()) fail("sort(): reverse must be true or false");
    reverse = plain(*flag)->get<bool>();
  }
  const std::vector<Value> arguments = things_to_order(call);
  if (arguments.empty()) fail("sort() needs something to sort");
  if (arguments.size() > 1) {
    const auto values = plain_values(call, arguments, "takes plain values", false);
    for (const Json& value : values) {
      if (!value.is_primitive()) fail("sort() takes plain values");
    }
    return Choice{sorted(values, reverse), true};
  }
  if (const auto* range = std::get_if<Range>(&arguments[0])) return sort_range(*range, reverse);
  if (const auto* choice = std::get_if<Choice>(&arguments[0]))
    return Choice{sorted(choice->values, reverse), choice->simple, choice->shuffled};
  const Json& only = *plain(arguments[0]);
  return only.is_array() ? one(sorted(items(only), reverse)) : arguments[0];
}

Value shuffle(const FunctionCall& call) {
  only_named(call, {"sweep", "list"});
  std::vector<Value> arguments = things_to_order(call);
  if (arguments.size() != 1) return Choice{plain_values(call, arguments, "takes plain values, or one choice, range or list"), true, true};
  Value& only = arguments[0];
  if (auto* choice = std::get_if<Choice>(&only)) choice->shuffled = true;
  if (auto* range = std::get_if<Range>(&only)) range->shuffled = true;
  const Json* json = plain(only);
  if (!json) return only;
  if (!json->is_array()) return one(Json::array({*json}));  // as Hydra has it
  std::vector<Json> values = items(*json);
  shuffle_values(values, call.line);
  return one(values);
}

Value glob(const FunctionCall& call) {
  const auto bound = bind(call, {"include", "exclude"});
  if (!bound.count("include")) fail("glob() needs a pattern");
  const auto patterns = [](const Value& value) {
    const Json* json = plain(value);
    std::vector<std::string> names;
    for (const Json& item : json && json->is_array() ? *json : Json::array({json ? *json : Json()})) {
      if (!item.is_string()) fail("glob() takes a pattern or a list of patterns");
      names.push_back(item.get<std::string>());
    }
    return names;
  };
  return Glob{patterns(bound.at("include")), bound.count("exclude") ? patterns(bound.at("exclude")) : std::vector<std::string>()};
}

Value tag(const FunctionCall& call) {
  only_named(call, {"sweep"});
  if (call.positional.empty()) fail("tag() needs a sweep, and before it its tags");
  std::vector<Value> arguments = call.positional;
  if (const Value* named = named_argument(call, "sweep"); is_given(named)) arguments.push_back(*named);
  const Value sweep = arguments.back();
  arguments.pop_back();
  if (!is_sweep(sweep) || std::holds_alternative<Glob>(sweep)) fail("tag() needs a choice, a range or an interval as its last argument");
  for (const Value& tag : arguments) {
    if (!plain(tag) || !plain(tag)->is_string()) fail("tag(): a tag must be text");
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

using Cast = std::function<Json(const Json&)>;

struct CastValue {
  const FunctionCall& call;
  const Cast& to;
  bool numeric;

  Value operator()(const Element& element) const { return one(cast_json(element.json, to)); }
  Value operator()(const Choice& choice) const {
    Choice result{{}, choice.simple};  // no longer shuffled: Hydra forgets it, too
    for (const Json& value : choice.values) result.values.push_back(cast_json(value, to));
    return result;
  }
  Value operator()(const Range& range) const {
    if (!numeric) fail("a range can only be cast to int or float");
    return Range{to(range.start), to(range.stop), to(range.step)};
  }
  Value operator()(const Interval& interval) const {
    if (!numeric) fail("an interval can only be cast to int or float");
    return Interval{to(interval.start), to(interval.end)};
  }
  Value operator()(const Glob&) const { fail(call.name + "() cannot cast a glob"); }
};

Value cast(const FunctionCall& call, const Cast& to, bool numeric) {
  only_named(call, {"value"});
  const Value* named = named_argument(call, "value");
  if (named && !call.positional.empty()) fail(call.name + "() takes values or value=, not both");
  const std::vector<Value> arguments = named ? std::vector<Value>{*named} : call.positional;
  if (arguments.empty()) fail(call.name + "() needs a value");
  const Value value =
      arguments.size() == 1 ? arguments[0] : Choice{plain_values(call, arguments, "takes plain values, or one choice or range"), true};
  return std::visit(CastValue{call, to, numeric}, value);
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
    throw InputError(
        {"", "unknown function " + call.name + "()", options::one_of_text(names), options::nearest_name(call.name, names), "", 0});
  }
  return found->second(call);
}

}  // namespace steepest::hydra
