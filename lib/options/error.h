// error.h: what the user can mend, told in one message (exit status 2 in the programs).
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace steepest::options {

/// A mistake in what the user gave. `what()` is one complete message for a reader; the parts stay available so that an
/// outer layer that knows more (where a key stands) can complete it with `at()`.
class InputError : public std::runtime_error {
 public:
  struct Parts {
    std::string key;           ///< dotted key, e.g. "optimizer.learning_rate"; may be empty
    std::string problem;       ///< what is wrong, e.g. "found \"fast\", which is not a number"
    std::string valid = {};    ///< what would be valid, e.g. "a number > 0"; may be empty
    std::string nearest = {};  ///< the nearest valid name; may be empty
    std::string file = {};     ///< where it came from; may be empty
    int line = 0;              ///< 1-based; 0 when unknown
    int column = 0;            ///< 1-based, in bytes; 0 when unknown
  };
  explicit InputError(Parts parts);
  explicit InputError(const std::string& message);
  const Parts& parts() const { return parts_; }
  /// The same error with its place filled in (one already known is kept).
  InputError at(const std::string& file, int line, int column = 0) const;
  /// The same error about a key that stands below a section.
  InputError below(const std::string& section) const;
  /// The same error about the key of the same name in another section than `section`, if it is about one of that.
  InputError moved(const std::string& section, const std::string& other) const;

 private:
  Parts parts_;
};

/// The candidate nearest to `name` by edit distance; empty if none is within about a third of its length (at least 2 edits).
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace steepest::options
