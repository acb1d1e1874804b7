// html_test.cpp: whatever stands in the data, it is text on the page.
#include "page/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "page/assets.h"

namespace steepest::page {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Html, EscapesWhatMeansSomethingInIt) {
  EXPECT_EQ(escaped("<script>alert('1 & \"2\"')</script>"), "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;");
  EXPECT_EQ(escaped("η ≤ 0.1"), "η ≤ 0.1");
}

TEST(Html, JsonIsUtf8) { EXPECT_EQ(json_text(std::string("\xff")), "\"\xEF\xBF\xBD\""); }

TEST(Html, HoldsTheDocumentAndNothingThatIsNotItsOwn) {
  const std::string evil = "</script><img src=x onerror=alert(1)>";
  const auto page = html(json_text({{"title", evil}}), Library{"const a = '</script>';", "const b = 2;"}, {evil});
  EXPECT_THAT(page.text, HasSubstr("<title>" + escaped(evil) + "</title>"));
  EXPECT_THAT(page.text, Not(HasSubstr("<img")));
  EXPECT_THAT(page.text, HasSubstr("const a = '<\\/script>';"));
  EXPECT_THAT(page.text, Not(HasSubstr("{{")));
  EXPECT_EQ(count(page.text, "<script"), 4u);  // the document, the two of the library, ours
  EXPECT_EQ(count(page.text, "</script"), 4u);
  EXPECT_EQ(count(page.text, "http://") + count(page.text, "https://"),
            count(page.text, "http://www.w3.org/2000/svg"));  // a name, no address
}

TEST(Html, RunsTheScriptsThatItsPolicyNamesAndNoOthers) {
  EXPECT_EQ(policy_hash("alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");  // the example of the specification's authors
  const auto page = html("{}", Library{"const b = 2;"}, {"t"});
  EXPECT_THAT(page.text, HasSubstr(escaped(page.policy)));
  EXPECT_THAT(page.policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.policy, HasSubstr("connect-src 'none'"));
  const std::regex script("<script( type=\"module\")?>");
  std::size_t scripts = 0;
  for (std::sregex_iterator at(page.text.begin(), page.text.end(), script), end; at != end; ++at, ++scripts) {
    const auto begin = static_cast<std::size_t>(at->position() + at->length());
    EXPECT_THAT(page.policy, HasSubstr("'" + policy_hash(page.text.substr(begin, page.text.find("</script>", begin) - begin)) + "'"));
  }
  EXPECT_EQ(scripts, 2u);
  EXPECT_EQ(count(page.policy, "sha256-"), scripts);
  EXPECT_THAT(html("{}", {}, {"t", "/"}).policy, HasSubstr("connect-src 'self'"));
}

TEST(Html, TakesALibraryThatIsWhole) {
  std::string pattern = (std::filesystem::temp_directory_path() / "steepest_page_XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  EXPECT_FALSE(find_library({folder, folder / "none"}));
  std::ofstream(folder / "d3.min.js") << "first";
  EXPECT_FALSE(find_library({folder}));
  std::ofstream(folder / "plot.umd.min.js") << "second";
  EXPECT_EQ(find_library({folder / "none", folder}), (Library{"first", "second"}));
  std::filesystem::remove_all(folder);
}

TEST(Assets, AModuleKeepsToItselfWhatItDoesNotExport) {
  EXPECT_EQ(as_scope("// a.js\nimport {x} from \"./x.js\";\n\nexport const A = 1;\nconst mine = 2;\nexport async function look() {}\n"),
            "const {A, look} = (() => {\n// a.js\n\nconst A = 1;\nconst mine = 2;\nasync function look() {}\nreturn {A, look};\n})();\n");
}

TEST(Assets, TheProgramHoldsAllModulesOfTheFolder) {
  for (const auto& entry : std::filesystem::directory_iterator(STEEPEST_SOURCE_DIR "/web")) {
    if (entry.path().extension() != ".js") continue;
    EXPECT_THAT(program_text(), HasSubstr("// " + entry.path().filename().string() + ": "));
  }
  EXPECT_THAT(program_text(), Not(HasSubstr("\nimport ")));
  EXPECT_THAT(program_text(), Not(HasSubstr("innerHTML")));  // by which text of the data could become HTML
}

}  // namespace
}  // namespace steepest::page
