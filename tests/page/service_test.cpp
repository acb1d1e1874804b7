// service_test.cpp: whom the server answers, and that a text is made once for all who ask.
#include "page/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <thread>

#include "options/error.h"
#include "page/server.h"

namespace steepest::page {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Contents small_contents() {
  return {[] {
            return Html{"<p>page</p>", "default-src 'none'"};
          },
          [] {
            return Tagged{"{\"all\":1}", "\"a\""};
          },
          [] {
            return Tagged{"{}", "\"b\""};
          }};
}

TEST(Service, AnswersReadersOfItsThreeAddresses) {
  const auto contents = small_contents();
  const auto page = answer(contents, {"GET", "/", "localhost:8377"}, 8377);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.text, "<p>page</p>");
  EXPECT_EQ(page.policy, "default-src 'none'");
  EXPECT_EQ(answer(contents, {"HEAD", "/", "127.0.0.1:8377"}, 8377).status, 200);
  EXPECT_EQ(answer(contents, {"GET", "/data.json", "[::1]:8377"}, 8377).text, "{\"all\":1}");
  EXPECT_EQ(answer(contents, {"GET", "/data.json", "LOCALHOST:8377", "\"a\""}, 8377).status, 304);
  EXPECT_EQ(answer(contents, {"GET", "/progress.json", "localhost:8377", "\"a\""}, 8377).status, 200);
  EXPECT_EQ(answer(contents, {"GET", "/", "localhost"}, 80).status, 200);
}

TEST(Service, RefusesForeignHostsOtherMethodsAndOtherPaths) {
  const auto contents = small_contents();
  for (const char* host :
       {"", "localhost", "localhost:80", "evil.example:8377", "127.0.0.1.evil.example:8377", "localhost:8377.evil.example",
        "127.0.0.2:8377", "0.0.0.0:8377", "user@localhost:8377", "localhost:08377", "localhost:8377 "})
    EXPECT_EQ(answer(contents, {"GET", "/", host}, 8377).status, 403) << host;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "", "PRI"})
    EXPECT_EQ(answer(contents, {method, "/", "localhost:8377"}, 8377).status, 405) << method;
  for (const char* path : {"", "/index.html", "//", "/data.json/", "/../etc/passwd", "/results/steepest.db", "/%2e%2e/", "*"})
    EXPECT_EQ(answer(contents, {"GET", path, "localhost:8377"}, 8377).status, 404) << path;
}

TEST(Service, TellsWhatWentWrong) {
  auto contents = small_contents();
  contents.data = []() -> Tagged { throw options::InputError("the file is gone"); };
  const auto told = answer(contents, {"GET", "/data.json", "localhost:1"}, 1);
  EXPECT_EQ(told.status, 500);
  EXPECT_EQ(told.text, "the file is gone\n");
}

TEST(Server, SpeaksHttpOnTheLoopbackAddressWithHeadersThatKeepOthersOut) {
  const Server server(small_contents(), 0);
  const auto address = server.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  httplib::Client client("127.0.0.1", port);
  const auto page = client.Get("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->body, "<p>page</p>");
  EXPECT_EQ(page->get_header_value("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
  EXPECT_EQ(page->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page->get_header_value("Cache-Control"), "no-store");
  const auto head = client.Head("/");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->body, "");
  const auto post = client.Post("/", "a=1", "text/plain");
  ASSERT_TRUE(post);
  EXPECT_EQ(post->status, 405);
  EXPECT_EQ(post->get_header_value("Allow"), "GET, HEAD");
  const auto foreign = client.Get("/", httplib::Headers{{"Host", "evil.example"}});
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->status, 403);
  EXPECT_EQ(foreign->get_header_value("Access-Control-Allow-Origin"), "");
}

TEST(Server, SaysThatAPortIsTaken) {
  const Server first(small_contents(), 0);
  const auto address = first.address();
  try {
    const Server second(small_contents(), std::stoi(address.substr(address.rfind(':') + 1)));
    ADD_FAILURE() << "two servers have one port";
  } catch (const options::InputError& error) { EXPECT_THAT(error.what(), HasSubstr("--port")); }
}

TEST(SharedText, IsMadeAnewWhereTheFileHasChangedAndSeldom) {
  std::mutex one_at_a_time;
  std::int64_t version = 1;
  int made = 0;
  SharedText text([&] { return version; }, [&] { return Tagged{std::to_string(++made), ""}; }, one_at_a_time);
  const auto begin = SharedText::Clock::now();
  EXPECT_EQ(text.get(begin)->text, "1");
  EXPECT_EQ(text.get(begin + 1h)->text, "1");
  version = 2;
  EXPECT_EQ(text.get(begin + 1s)->text, "1");  // too soon
  EXPECT_EQ(text.get(begin + 1h)->text, "2");
  version = 3;
  EXPECT_EQ(text.get(begin + 1h + 1s)->text, "2");
  EXPECT_EQ(text.get(begin + 1h + 3s)->text, "3");
}

TEST(SharedText, TakesAFiftiethOfTheTime) {
  std::mutex one_at_a_time;
  std::int64_t version = 0;
  int made = 0;
  SharedText text([&] { return ++version; },
                  [&] {
                    return std::this_thread::sleep_for(80ms), Tagged{std::to_string(++made), ""};
                  },
                  one_at_a_time);
  const auto begin = SharedText::Clock::now();
  text.get(begin);
  EXPECT_EQ(text.get(begin + 7900ms)->text, "1");
  EXPECT_EQ(text.get(begin + 1h)->text, "2");
}

TEST(SharedText, IsMadeOnceForAllWhoAskAtOnceAndAgainAfterAnError) {
  std::mutex one_at_a_time;
  std::atomic<int> made = 0;
  SharedText text([] { return 1; },
                  [&] {
                    if (++made == 1) throw options::InputError("not yet");
                    return Tagged{"text", ""};
                  },
                  one_at_a_time);
  EXPECT_THROW(text.get(), options::InputError);
  std::vector<std::thread> viewers;
  for (int i = 0; i < 10; ++i) viewers.emplace_back([&] { EXPECT_EQ(text.get()->text, "text"); });
  for (auto& viewer : viewers) viewer.join();
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace steepest::page
