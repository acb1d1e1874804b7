// yaml_scalar.h: the type of a plain (unquoted) YAML scalar, by YAML 1.1 as PyYAML and OmegaConf read it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::hydra {

/// `true`, `yes`, `on`: bool; `8`, `0x10`, `010`, `1:30`: integer; `1e-3`, `.5`, `.inf`: float; empty, `~`, `null`: null;
/// anything else, `y` and `n` among it: the text itself. Integers beyond 64 bits become floats.
/// `0x_`, an integer to YAML that has no digits, is a discarded value.
nlohmann::json plain_scalar(const std::string& text);

/// Text in double quotes, as YAML and JSON read it back, whatever characters it has. Bytes that are not UTF-8 are replaced.
std::string quoted_scalar(const std::string& text);

/// Python's float(text) for digits, point and exponent, `_` allowed between digits.
double python_float(std::string text);

}  // namespace steepest::hydra
