// service.h: what the server answers to whom, without sockets.
#pragma once
#include <functional>
#include <string>

#include "page/html.h"
#include "page/shared_text.h"

namespace steepest::page {

struct Question {
  std::string method, path, host, known_tag = {};  ///< host: the header Host; known_tag: If-None-Match
};

struct Answer {
  int status;
  std::string type, text, tag = {}, policy = {};  ///< policy: Content-Security-Policy
};

/// What stands behind the addresses.
struct Contents {
  std::function<Html()> page;              ///< /
  std::function<Tagged()> data, progress;  ///< /data.json, /progress.json
};

/// GET and HEAD of these three addresses. 405 for another method, 404 for another path, 403 for a host that is not this machine's loopback
/// address with the port: another site that a browser was led to under its own name gets nothing. What goes wrong is told in one line,
/// status 500.
Answer answer(const Contents& contents, const Question& question, int port);

}  // namespace steepest::page
