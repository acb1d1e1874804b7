// connection.h: one open SQLite connection with its cached statements and transactions. Internal to lib/store.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "store/failure.h"
#include "store/patience.h"

namespace steepest::store {

/// A cached statement on loan: bound by position, reset when it goes (an unreset SELECT would keep its snapshot open).
class Loan {
 public:
  explicit Loan(SQLite::Statement& statement) : statement_(statement) {}
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() { statement_.tryReset(); }

  template <class... Values>
  Loan& bind(const Values&... values) {
    statement_.tryReset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  /// One parameter of a statement that run() repeats. A text is not copied: it must live until then.
  void bind_at(int index, const std::string& text) { statement_.bindNoCopy(index, text); }
  template <class Number>
  void bind_at(int index, Number value) {
    statement_.bind(index, value);
  }
  void bind_at(int index, const std::optional<double>& value) { value ? statement_.bind(index, *value) : statement_.bind(index); }
  /// Runs to the end and is ready for the next values; those that are not bound again stay.
  void run() {
    statement_.exec();
    statement_.reset();
  }
  bool step() { return statement_.executeStep(); }
  /// Runs to the end; the number of rows changed.
  std::int64_t exec() { return statement_.exec(); }

  bool is_null(int column) const { return statement_.getColumn(column).isNull(); }
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  /// NULL is how SQLite keeps what is not a number.
  double real(int column) const { return is_null(column) ? std::nan("") : statement_.getColumn(column).getDouble(); }
  nlohmann::json json(int column) const { return nlohmann::json::parse(text(column)); }
  /// A whole number, a number, a text or null, as the column has it; and the way back.
  nlohmann::json value(int column) const {
    const SQLite::Column found = statement_.getColumn(column);
    if (found.isNull()) return nullptr;
    if (found.isInteger()) return found.getInt64();
    if (found.isFloat()) return found.getDouble();
    return found.getString();
  }
  void bind_value(int index, const nlohmann::json& value) {
    if (value.is_null()) statement_.bind(index);
    else if (value.is_number_integer()) statement_.bind(index, value.get<std::int64_t>());
    else if (value.is_number()) statement_.bind(index, value.get<double>());
    else statement_.bind(index, value.get<std::string>());
  }

 private:
  void bind_one(int index, std::nullptr_t) { statement_.bind(index); }
  template <class Value>
  void bind_one(int index, const std::optional<Value>& value) {
    value ? bind_one(index, *value) : statement_.bind(index);
  }
  void bind_one(int index, const std::string& value) { statement_.bind(index, value); }
  void bind_one(int index, const char* value) { statement_.bind(index, value); }
  template <class Number>
  void bind_one(int index, Number value) {
    statement_.bind(index, value);
  }

  SQLite::Statement& statement_;
};

class Connection {
 public:
  /// Opens the file as it is; its tables are not looked at. `query` is the end of SQLite's URI, such as "?immutable=1".
  Connection(std::filesystem::path path, int flags, std::string query = "");

  /// A second connection to the same file that only reads.
  std::unique_ptr<Connection> reader() const;

  /// Runs `body`, with SQLite's exceptions explained.
  template <class Body>
  decltype(auto) guarded(Body&& body) const {
    try {
      return body();
    } catch (const SQLite::Exception& error) { throw_explained(error, path); } catch (const nlohmann::json::exception& error) {
      throw options::InputError("database " + path.string() + ": a stored text is not what was written (" + error.what() + ")");
    }
  }

  /// Runs `body` in one immediate transaction (in the one that is open, if there is one): all of it or nothing.
  template <class Body>
  auto write(Body&& body) -> decltype(body()) {
    return guarded([&]() -> decltype(body()) {
      if (depth_ > 0) return body();
      Scope scope(*this);
      if constexpr (std::is_void_v<decltype(body())>) {
        body();
        scope.commit();
      } else {
        auto result = body();
        scope.commit();
        return result;
      }
    });
  }

  /// The statement for `sql`, prepared once. `sql` must be a literal, or live as long: its address is its key.
  Loan prepare(const char* sql) const;

  /// How long a lock of another process is waited for.
  std::chrono::milliseconds patience() const { return patience_; }
  void set_patience(std::chrono::milliseconds patience) const;

  std::filesystem::path path;
  mutable SQLite::Database database;

 private:
  class Scope {
   public:
    explicit Scope(Connection& connection);
    ~Scope();
    void commit();

   private:
    Connection& connection_;
    bool done_ = false;
  };

  mutable std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
  std::string query_;
  mutable std::chrono::milliseconds patience_ = kPatience;
  int depth_ = 0;
};

}  // namespace steepest::store
