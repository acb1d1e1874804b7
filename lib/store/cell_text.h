// cell_text.h: the texts of a statement's values. Internal to lib/store.
#pragma once
#include <sqlite3.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace steepest::store {

/// As SQLite writes it; NULL is empty. Good until the statement moves on.
inline std::string_view text_of(sqlite3_stmt* row, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(row, column))) : std::string_view();
}

/// The same at less cost where it is a number, as most of a listing is. SQLite writes the real ones, so that they read as in its
/// own shell; what it has written is kept, since rates, operations and losses come again from row to row.
class NumberTexts {
 public:
  std::string_view text(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
      case SQLITE_INTEGER: {
        const auto end = std::to_chars(whole_.data(), whole_.data() + whole_.size(), sqlite3_column_int64(row, column)).ptr;
        return {whole_.data(), static_cast<std::size_t>(end - whole_.data())};
      }
      case SQLITE_FLOAT: return real(row, column);
      default: return text_of(row, column);
    }
  }

 private:
  struct Known {
    std::uint64_t bits = 0;
    std::uint8_t size = 0;  ///< 0: nothing is kept here
    std::array<char, 39> text;
  };

  std::string_view real(sqlite3_stmt* row, int column) {
    const auto bits = std::bit_cast<std::uint64_t>(sqlite3_column_double(row, column));
    Known& known = known_[(bits * 0x9e3779b97f4a7c15u) >> 54];
    if (known.size == 0 || known.bits != bits) {
      const auto written = text_of(row, column);
      if (written.size() > known.text.size()) return written;
      known.bits = bits;
      known.size = static_cast<std::uint8_t>(written.copy(known.text.data(), written.size()));
    }
    return {known.text.data(), known.size};
  }

  std::array<char, 24> whole_;
  std::array<Known, 1024> known_;
};

}  // namespace steepest::store
