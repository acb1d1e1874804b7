// page_test.cpp: the page as a file, the server, and the glance in the terminal, as a user calls them.
#include "e2e/support.h"

namespace steepest::e2e {
namespace {

class Page : public Programs {
 protected:
  std::string text_of(const std::filesystem::path& file) const {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// The numbers that lie in a page.
  std::string data_of(const std::string& page) const {
    const std::string mark = "id=\"data\">";
    const auto begin = page.find(mark) + mark.size();
    std::ofstream(folder_ / "packed") << page.substr(begin, page.find('<', begin) - begin);
    const auto text = folder_ / "unpacked";
    EXPECT_EQ(std::system(("base64 -d " + (folder_ / "packed").string() + " | gzip -d > " + text.string()).c_str()), 0);
    return text_of(text);
  }
};

TEST_F(Page, IsOneFileOfAStudyOrOfAll) {
  store_small_study(database());
  const auto one = folder_ / "one.html", all = folder_ / "all.html", again = folder_ / "again.html";
  const auto made = steepest({"report", "small", "--html", one.string()});
  ASSERT_EQ(made.state.status, 0) << made.errors;
  EXPECT_EQ(made.output, "");
  ASSERT_EQ(steepest({"report", "--html", all.string()}).state.status, 0);
  ASSERT_EQ(steepest({"report", "--html", again.string()}).state.status, 0);
  for (const auto& file : {one, all}) {
    const auto text = text_of(file);
    EXPECT_THAT(text, testing::StartsWith("<!doctype html>"));
    EXPECT_THAT(data_of(text), HasSubstr("\"name\":\"small\""));
    EXPECT_THAT(text, testing::EndsWith("</html>\n"));
  }
  EXPECT_EQ(text_of(all), text_of(again)) << "the same database gives the same page";
  EXPECT_THAT(steepest({"report", "small", "--html", "-"}).output, testing::StartsWith("<!doctype html>"));
  EXPECT_EQ(steepest({"report", "small", "--html", (folder_ / "none" / "one.html").string()}).state.status, 2);
}

TEST_F(Page, SaysWhereTheLibraryIsMissing) {
  store_small_study(database());
  setenv("STEEPEST_PAGE_LIBRARY", folder_.c_str(), 1);
  const auto made = steepest({"report", "small", "--html", (folder_ / "bare.html").string()});
  unsetenv("STEEPEST_PAGE_LIBRARY");
  EXPECT_EQ(made.state.status, 0);
  EXPECT_THAT(made.errors, HasSubstr("`make report` fetches it"));
}

TEST_F(Page, WatchEndsWhenTheStudyIsComplete) {
  store_small_study(database());
  const auto seen = steepest({"watch", "small"});
  EXPECT_EQ(seen.state.status, 0) << seen.errors;
  EXPECT_EQ(seen.output, "study small (quick): 2/2 cells, 4/4 runs; best so far: validation_loss 1.5 [1, 2], 2 seeds: x=0\n");
}

TEST_F(Page, WatchFollowsAStudyAndLeavesItAloneWhenStopped) {
  {
    store::testing::WholeFile file(database());
    const auto study = file.planner.put_study("open", "", {});
    const auto run = file.planner.put_run({"abcdef00", {{"x", 1}, {"seed", 0}}, 0, 1, 1e9});
    file.planner.tie(study, run, "quick", {{"x", 1}}, 0);
  }
  const auto seen = shell("set -m; steepest watch open > seen.txt & sleep 2; kill -INT %1; wait %1; echo \"status $?\"; cat seen.txt");
  EXPECT_THAT(seen.output, HasSubstr("status 130"));
  EXPECT_THAT(seen.output, HasSubstr("study open (quick): 0/1 cells, 0/1 runs, nobody is at work on it"));
  EXPECT_EQ(value("SELECT status FROM run"), "queued");
}

TEST_F(Page, ServeSaysItsAddressReadsAloneAndEndsWithCtrlC) {
  store_small_study(database());
  const auto changed = std::filesystem::last_write_time(database());
  const auto seen = shell(
      "set -m; steepest serve --port 0 > address.txt 2> notes.txt & for i in $(seq 100); do [ -s address.txt ] && break; sleep 0.1; done\n"
      "port=$(sed 's|.*:\\([0-9]*\\)/|\\1|' address.txt); head -c 13 <(exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET / HTTP/1.0\\r\\nHost: "
      "localhost:%s\\r\\n\\r\\n' "
      "$port >&3; cat <&3); echo; steepest serve --port $port; echo \"second $?\"; kill -INT %1; wait %1; echo \"first $?\"; cat "
      "address.txt");
  EXPECT_THAT(seen.output, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(seen.output, HasSubstr("second 2"));
  EXPECT_THAT(seen.errors, HasSubstr("error: --port: port "));
  EXPECT_THAT(seen.output, HasSubstr("first 0\nhttp://localhost:"));
  EXPECT_EQ(std::filesystem::last_write_time(database()), changed);
}

}  // namespace
}  // namespace steepest::e2e
