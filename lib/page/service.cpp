// service.cpp: see service.h.
#include "page/service.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace steepest::page {
namespace {

constexpr const char* kPlain = "text/plain; charset=utf-8";

bool is_ours(std::string host, int port) {
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string end = ":" + std::to_string(port);
  constexpr std::array kNames = {"localhost", "127.0.0.1", "[::1]"};
  return std::any_of(kNames.begin(), kNames.end(), [&](const char* name) { return host == name + end || (port == 80 && host == name); });
}

Answer json_answer(const Tagged& found, const std::string& known_tag) {
  if (found.tag == known_tag) return {304, "", "", found.tag};
  return {200, "application/json", found.text, found.tag};
}

Answer found_at(const Contents& contents, const Question& question) {
  if (question.path == "/") {
    auto page = contents.page();
    return {200, "text/html; charset=utf-8", std::move(page.text), "", std::move(page.policy)};
  }
  if (question.path == "/data.json") return json_answer(contents.data(), question.known_tag);
  if (question.path == "/progress.json") return json_answer(contents.progress(), question.known_tag);
  return {404, kPlain, "there is nothing here; the page is at /\n"};
}

}  // namespace

Answer answer(const Contents& contents, const Question& question, int port) {
  if (!is_ours(question.host, port)) return {403, kPlain, "this server answers to localhost alone\n"};
  if (question.method != "GET" && question.method != "HEAD") return {405, kPlain, "this server is only read\n"};
  try {
    return found_at(contents, question);
  } catch (const std::exception& error) { return {500, kPlain, std::string(error.what()) + "\n"}; }
}

}  // namespace steepest::page
