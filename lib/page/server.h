// server.h: the page over HTTP, on the loopback address alone.
#pragma once
#include <memory>
#include <string>

#include "page/service.h"

namespace steepest::page {

class Server {
 public:
  /// Takes the port, 0: any that is free. Throws InputError (key --port) where it is taken.
  Server(Contents contents, int port);
  /// Ends it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string address() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace steepest::page
