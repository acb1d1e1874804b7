// token.h: names of workers.
#pragma once
#include <string>

namespace steepest::sweep {

/// A token that no other worker has: 128 random bits as hexadecimal digits.
std::string new_token();

}  // namespace steepest::sweep
