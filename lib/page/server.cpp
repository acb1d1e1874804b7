// server.cpp: see server.h.
#include "page/server.h"

#include <httplib.h>

#include <chrono>
#include <thread>

#include "options/error.h"

namespace steepest::page {

struct Server::Running {
  Contents contents;
  httplib::Server server;
  int port = 0;
  std::thread thread;
};

namespace {

constexpr const char* kLoopback = "127.0.0.1";

/// Nothing of it is kept by a browser, shown in another page or taken for something else than it is.
void put(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_header("Cache-Control", "no-store");
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("X-Frame-Options", "DENY");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Content-Security-Policy",
                      (answer.policy.empty() ? "default-src 'none'" : answer.policy) + "; frame-ancestors 'none'");
  if (answer.status == 405) response.set_header("Allow", "GET, HEAD");
  if (!answer.tag.empty()) response.set_header("ETag", answer.tag);
  if (!answer.type.empty()) response.set_content(answer.text, answer.type.c_str());
}

}  // namespace

Server::Server(Contents contents, int port) : running_(std::make_unique<Running>()) {
  auto& running = *running_;
  running.contents = std::move(contents);
  auto& server = running.server;
  // Without this two servers could share a port, and each would get some of the questions.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  // One question a connection: browsers that keep theirs open would hold all threads, and others would wait for them.
  server.set_keep_alive_max_count(1);
  server.set_payload_max_length(0);
  server.set_read_timeout(5);
  server.set_write_timeout(10);
  server.set_pre_routing_handler([&running](const httplib::Request& request, httplib::Response& response) {
    put(answer(running.contents,
               {request.method, request.path, request.get_header_value("Host"), request.get_header_value("If-None-Match")}, running.port),
        response);
    return httplib::Server::HandlerResponse::Handled;
  });
  const bool bound =
      port == 0 ? (running.port = server.bind_to_any_port(kLoopback)) > 0 : server.bind_to_port(kLoopback, running.port = port);
  if (!bound)
    throw options::InputError(
        {"--port", "port " + std::to_string(port) + " of " + kLoopback + " cannot be had: another program has it, or it is the system's",
         "another one, or 0 for any that is free", "", "", 0});
  running.thread = std::thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // one that does not run yet cannot be ended
}

Server::~Server() {
  running_->server.stop();
  if (running_->thread.joinable()) running_->thread.join();
}

std::string Server::address() const { return "http://localhost:" + std::to_string(running_->port) + "/"; }

}  // namespace steepest::page
