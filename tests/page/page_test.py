"""The page as a reader has it: figures with the numbers of the database, tables that sort and filter, nothing fetched, nothing run that stands in a title.
Screenshots are left in the folder that STEEPEST_SCREENSHOTS names."""
import csv
import json
import os
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import browser
from browser import Opened, report, steepest

SHOTS = Path(os.environ.get("STEEPEST_SCREENSHOTS", tempfile.gettempdir()))
# The ratio of two colours' luminances, of what is told apart by its colour and of the ground.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const ground = getComputedStyle(document.body).backgroundColor, colors = (query, name) => [...document.querySelectorAll(query)].map((at) => getComputedStyle(at)[name]);
  const least = (all) => Math.min(...new Set(all.filter((color) => color !== "none").map((color) => ratio(color, ground))));
  return {text: least(colors("h1, h2, h3, p, a, dt, small, th, .verdict, .legend li, .panel text", "color")), lines: least(colors(".legend svg line", "stroke"))};
}"""


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.database = Path(cls.folder.name) / "s.db"
        browser.fill(cls.database)
        cls.file = Path(cls.folder.name) / "page.html"
        steepest(cls.database, "report", "--html", cls.file)
        cls.address = cls.file.as_uri()
        cls.browser = cls.enterClassContext(browser.chromium())
        cls.seen = Opened(cls.browser, cls.address)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def numbers(self, figure):
        """The table below a figure, as rows of texts by column."""
        details = self.seen.locator(f"#{figure} details")
        if details.get_attribute("open") is None:
            details.locator("summary").click()
        more = details.locator("button", has_text="Show all rows")
        if more.is_visible():
            more.click()
        heads = [text.strip() for text in details.locator("th").all_inner_texts()]
        return [dict(zip(heads, row)) for row in details.locator("tbody").evaluate("body => [...body.rows].map(row => [...row.cells].map(cell => cell.innerText))")]

    def test_one_file_that_fetches_nothing_and_complains_of_nothing(self):
        self.assertEqual(self.seen.complaints, [])
        self.assertEqual(self.seen.fetched(), [])
        size = self.file.stat().st_size
        print(f"page: {size / 1e6:.2f} MB, drawn {self.seen.drawn} ms after opening, complete after {self.seen.complete}, {self.seen.locator('figure').count()} figures")
        self.assertLess(size, 4_000_000)
        self.assertLess(self.seen.complete, 30_000)  # a page that hangs; how fast it is stands in the line above

    def test_every_figure_is_drawn_and_says_what_it_is(self):
        for figure in self.seen.locator("figure").all():
            name = figure.get_attribute("id")
            self.assertGreater(figure.locator(".panel svg").count(), 0, name)
            self.assertGreater(figure.locator(".panel svg").first.locator("path, circle, line, rect").count(), 2, name)
            self.assertNotIn("", figure.locator(".panel svg > title").all_text_contents(), name)
            self.assertGreater(int(figure.get_attribute("data-runs")), 0, name)
        ids = self.seen.evaluate("[...document.querySelectorAll('[id]')].map(at => at.id)")
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(self.seen.evaluate("document.querySelectorAll('.panel svg').length > 0 && [...document.querySelectorAll('.panel svg')].some(at => /NaN|undefined/.test(at.outerHTML))"), False)

    def test_figures_hold_the_numbers_of_the_database(self):
        rows = report(self.database, "rank_transfer")["statistic"]["rows"]
        wanted = [at["loss"] for row in rows for at in row["rates"] if at["loss"]["n"]]
        shown = self.numbers("study-rank_transfer-paper-rates")
        self.assertEqual(len(shown), sum(len(row["rates"]) for row in rows))
        for loss in wanted:
            self.assertTrue(any(row["mean"] == f"{loss['mean']:.7g}" and row["runs"] == " ".join(map(str, loss["runs"])) for row in shown), loss)
        # Each mean is a mark of the figure.
        marks = self.seen.locator("#study-rank_transfer-paper-rates .panel svg [aria-label=dot]").nth(1).locator("path").count()
        self.assertEqual(marks, sum(1 for row in rows for at in row["rates"] if at["loss"]["n"] and not at["counts"]["diverged"]))
        text = self.seen.locator("#study-rank_transfer-paper-rates details").inner_text()
        self.assertIn("steepest run rank_transfer --scale paper", text)

    def test_verdicts_are_those_of_claims(self):
        claims = json.loads(steepest(self.database, "claims", "--format", "json"))["rows"]
        shown = self.seen.locator("#claims tbody tr").all_inner_texts()
        self.assertEqual(len(shown), len(claims))
        for claim in claims:
            self.assertTrue(any(claim["statement"] in row and claim["verdict"] in row for row in shown), claim["statement"])

    def test_a_title_stays_text(self):
        self.assertIsNone(self.seen.evaluate("window.taken ?? null"))
        self.assertEqual(self.seen.locator("#study-calibration_steps-paper-title").inner_text(), " ".join(browser.TITLE.split()))

    def column(self, table, head):
        place = [text.strip() for text in self.seen.locator(f"#{table} th").all_inner_texts()].index(head) + 1
        return self.seen.locator(f"#{table} td:nth-child({place})").all_inner_texts()

    def test_tables_sort_and_filter_with_the_keyboard_alone(self):
        table, runs = "study-rank_transfer-paper-runs", steepest(self.database, "query", "--format", "csv", "SELECT seed, status FROM run JOIN study_run ON "
                                                                "run_id = run.id JOIN study ON study.id = study_id WHERE study.name = 'rank_transfer'")
        runs = list(csv.DictReader(runs.splitlines()))
        head = self.seen.locator(f"#{table} th button", has_text="validation loss")
        head.focus()
        for way, down in (("ascending", False), ("descending", True)):
            self.seen.keyboard.press("Enter")
            self.assertEqual(self.seen.locator(f"#{table} th[aria-sort]").get_attribute("aria-sort"), way)
            values = [float(text) for text in self.column(table, "validation loss") if text != "–"]
            self.assertEqual(values, sorted(values, reverse=down))
            self.assertGreater(len(values), 5)
        field = self.seen.locator(".table", has=self.seen.locator(f"#{table}")).locator("input")
        field.focus()
        self.seen.keyboard.type("seed=1 completed")
        count = sum(run["seed"] == "1" and run["status"] == "completed" for run in runs)
        self.assertEqual(self.seen.locator(".table", has=self.seen.locator(f"#{table}")).locator(".count").inner_text(), f"{count} of {len(runs)} rows")
        self.assertEqual(set(self.column(table, "seed")), {"1"})
        field.fill("validation_loss<1.8")
        self.assertTrue(all(float(text) < 1.8 for text in self.column(table, "validation loss")))
        field.fill("")

    def test_figures_are_saved_as_files_of_their_own(self):
        figure = self.seen.locator("#study-rank_transfer-paper-rates")
        files = {}
        for kind in ("SVG", "PNG", "CSV"):
            with self.seen.expect_download() as download:
                figure.locator("button", has_text=kind).click()
            files[kind] = Path(download.value.path()).read_bytes()
            self.assertEqual(download.value.suggested_filename, f"study-rank_transfer-paper-rates.{kind.lower()}")
        drawing = files["SVG"].decode()
        self.assertTrue(ElementTree.fromstring(drawing).tag.endswith("svg"))
        self.assertNotRegex(drawing, r"var\(|light-dark|currentColor")  # other programs know none of these
        self.assertIn("Validation loss against the learning rate", drawing)
        self.assertTrue(files["PNG"].startswith(b"\x89PNG") and len(files["PNG"]) > 20_000)
        self.assertEqual(len(list(csv.DictReader(files["CSV"].decode().splitlines()))), len(self.numbers("study-rank_transfer-paper-rates")))
        SHOTS.mkdir(parents=True, exist_ok=True)
        for kind, content in files.items():
            (SHOTS / f"rates.{kind.lower()}").write_bytes(content)

    def test_light_dark_narrow_and_printed(self):
        SHOTS.mkdir(parents=True, exist_ok=True)
        grounds = set()
        for scheme in ("light", "dark"):
            seen = Opened(self.browser, self.address, color_scheme=scheme)
            contrast = seen.evaluate(CONTRAST)
            self.assertGreater(contrast["text"], 4.5, scheme)
            self.assertGreater(contrast["lines"], 2.8, scheme)
            grounds.add(seen.evaluate("getComputedStyle(document.body).backgroundColor"))
            seen.screenshot(path=SHOTS / f"{scheme}.png", full_page=True)
            if scheme == "dark":
                seen.emulate_media(media="print")
                self.assertEqual(seen.evaluate("getComputedStyle(document.body).color"), "rgb(27, 29, 33)")
                self.assertFalse(seen.locator("nav").is_visible())
                seen.pdf(path=SHOTS / "print.pdf")
            self.assertEqual(seen.complaints, [])
            seen.close()
        self.assertEqual(len(grounds), 2)
        phone = Opened(self.browser, self.address, width=390, reduced_motion="reduce")
        self.assertLessEqual(phone.evaluate("document.documentElement.scrollWidth"), 390)
        self.assertEqual(phone.evaluate("new Set([...document.querySelectorAll('#study-rank_transfer-paper .panel')].map(at => at.getBoundingClientRect().left)).size"), 1)
        self.assertEqual(phone.evaluate("getComputedStyle(document.documentElement).scrollBehavior"), "auto")
        phone.screenshot(path=SHOTS / "phone.png", full_page=True)
        phone.close()

    def test_without_the_library_there_are_tables_and_what_was_drawn_before(self):
        os.environ["STEEPEST_PAGE_LIBRARY"] = self.folder.name
        try:
            steepest(self.database, "report", "rank_transfer", "--html", self.file.with_name("bare.html"))
        finally:
            del os.environ["STEEPEST_PAGE_LIBRARY"]
        seen = Opened(self.browser, self.file.with_name("bare.html").as_uri())
        self.assertEqual(seen.complaints, [])
        self.assertIn("without the plotting library", seen.locator(".notice").first.inner_text())
        self.assertGreater(seen.locator("#study-rank_transfer-paper-runs tbody tr").count(), 10)
        seen.close()


if __name__ == "__main__":
    unittest.main()
