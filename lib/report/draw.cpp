// draw.cpp: see draw.h.
#include "report/draw.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "report/text.h"

namespace steepest::report {
namespace {

using store::Texts;

struct Lines {
  std::string horizontal, vertical, top[3], middle[3], bottom[3];
};
const Lines kUnicode{"─", "│", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}};
const Lines kAscii{"-", "|", {"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}};

/// Gathers what is put, so that few pieces are given away.
class Page {
 public:
  explicit Page(const Put& put) : put_(put) { text_.reserve(kFull + kFull / 4); }
  void line_ends() {
    text_ += '\n';
    if (text_.size() >= kFull) flush();
  }
  void flush() {
    put_(text_);
    text_.clear();
  }
  std::string& text() { return text_; }

 private:
  static constexpr std::size_t kFull = 1 << 16;
  const Put& put_;
  std::string text_;
};

bool breaks_line(char c) { return c == '\n' || c == '\r' || c == '\t'; }

/// The text as it is shown: one line, in ASCII where the terminal has nothing else.
std::string shown(std::string_view given, bool unicode) {
  std::string text(given);
  std::replace_if(text.begin(), text.end(), breaks_line, ' ');
  return unicode ? text : to_ascii(text);
}

Texts shown(const Texts& given, bool unicode) {
  Texts texts;
  for (const auto& header : given.columns) texts.columns.push_back(shown(header, unicode));
  for (std::size_t i = 0; i < given.rows(); ++i) {
    for (std::size_t j = 0; j < given.columns.size(); ++j) texts.add(shown(given.cell(i, j), unicode));
  }
  return texts;
}

bool plain(std::string_view text, bool unicode) {
  const auto none = [&](char c) { return text.find(c) == std::string_view::npos; };
  return none('\n') && none('\r') && none('\t') && (unicode || is_ascii(text));
}

/// All cells are looked at in one go.
bool plain(const Texts& texts, bool unicode) {
  return plain(texts.text, unicode) &&
         std::all_of(texts.columns.begin(), texts.columns.end(), [&](const std::string& header) { return plain(header, unicode); });
}

/// Digits, with a sign, a point and an exponent: what a query's numbers look like.
bool written_as_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t before = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > before;
  };
  const auto skip = [&](char a, char b) { at += at < text.size() && (text[at] == a || text[at] == b); };
  skip('-', '-');
  if (!digits()) return false;
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return false;
  if (at < text.size() && text[at] == 'e') {
    ++at;
    skip('-', '+');
    if (!digits()) return false;
  }
  return at == text.size();
}

bool is_number(std::string_view cell) {
  if (written_as_number(cell)) return true;
  const std::string text(cell);  // Inf, for one
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0';
}

void box(const Texts& texts, const std::vector<bool>& right, const Lines& lines, const Put& put) {
  const std::size_t columns = texts.columns.size();
  const bool narrow = is_ascii(texts.text);  // a byte is a column then
  const auto width_of = [&](std::string_view text) { return narrow ? text.size() : display_width(text); };
  std::vector<std::size_t> widths;
  for (const auto& header : texts.columns) widths.push_back(display_width(header));
  for (std::size_t i = 0; i < texts.rows(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) widths[j] = std::max(widths[j], width_of(texts.cell(i, j)));
  }
  Page page(put);
  std::string& text = page.text();
  const auto rule = [&](const std::string(&ends)[3]) {
    text += ends[0];
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t k = 0; k < widths[j] + 2; ++k) text += lines.horizontal;
      text += j + 1 < columns ? ends[1] : ends[2];
    }
    page.line_ends();
  };
  const std::string between = " " + lines.vertical + " ", last = " " + lines.vertical;
  const auto cell = [&](std::size_t j, std::string_view words, std::size_t width) {
    const std::size_t blanks = widths[j] - width;
    if (right[j]) text.append(blanks, ' ');
    text += words;
    if (!right[j]) text.append(blanks, ' ');
    text += j + 1 < columns ? between : last;
  };
  rule(lines.top);
  text += lines.vertical + " ";
  for (std::size_t j = 0; j < columns; ++j) cell(j, texts.columns[j], display_width(texts.columns[j]));
  page.line_ends();
  rule(lines.middle);
  for (std::size_t i = 0; i < texts.rows(); ++i) {
    text += lines.vertical;
    text += ' ';
    for (std::size_t j = 0; j < columns; ++j) {
      const auto words = texts.cell(i, j);
      cell(j, words, width_of(words));
    }
    page.line_ends();
  }
  rule(lines.bottom);
  page.flush();
}

}  // namespace

std::vector<bool> numeric_columns(const Texts& texts) {
  const std::size_t columns = texts.columns.size();
  std::vector<bool> any(columns, false), all(columns, true);
  for (std::size_t i = 0; i < texts.rows(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (!all[j]) continue;
      const auto text = texts.cell(i, j);
      if (text.empty()) continue;
      any[j] = true;
      all[j] = is_number(text);
    }
  }
  for (std::size_t j = 0; j < columns; ++j) all[j] = all[j] && any[j];
  return all;
}

void draw_box(const Texts& texts, const std::vector<bool>& right, bool unicode, const Put& put) {
  const Lines& lines = unicode ? kUnicode : kAscii;
  plain(texts, unicode) ? box(texts, right, lines, put) : box(shown(texts, unicode), right, lines, put);
}

void draw_markdown(const Texts& texts, const std::vector<bool>& right, const Put& put) {
  Page page(put);
  const auto cell = [&](std::string_view words) {
    page.text() += ' ';
    for (const char c : words) {
      if (c == '|') page.text() += '\\';
      page.text() += breaks_line(c) ? ' ' : c;
    }
    page.text() += " |";
  };
  page.text() += '|';
  for (const auto& header : texts.columns) cell(header);
  page.text() += "\n|";
  for (std::size_t j = 0; j < texts.columns.size(); ++j) page.text() += right[j] ? "---:|" : "---|";
  page.line_ends();
  for (std::size_t i = 0; i < texts.rows(); ++i) {
    page.text() += '|';
    for (std::size_t j = 0; j < texts.columns.size(); ++j) cell(texts.cell(i, j));
    page.line_ends();
  }
  page.flush();
}

void draw_csv(const Texts& texts, const Put& put) {
  Page page(put);
  const auto field = [&](std::string_view words, bool first) {
    std::string& text = page.text();
    if (!first) text += ',';
    if (std::none_of(words.begin(), words.end(), [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; })) {
      text += words;
      return;
    }
    text += '"';
    for (const char c : words) text.append(c == '"' ? 2 : 1, c);
    text += '"';
  };
  for (std::size_t j = 0; j < texts.columns.size(); ++j) field(texts.columns[j], j == 0);
  page.line_ends();
  for (std::size_t i = 0; i < texts.rows(); ++i) {
    for (std::size_t j = 0; j < texts.columns.size(); ++j) field(texts.cell(i, j), j == 0);
    page.line_ends();
  }
  page.flush();
}

}  // namespace steepest::report
