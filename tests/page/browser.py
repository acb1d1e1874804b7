"""The page in Debian's Chromium, and the database that it is made of."""
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

try:
    from playwright.sync_api import sync_playwright
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STEEPEST_BINARY_DIR", ROOT / "build" / "bin")) / "steepest"
CHROMIUM = "/usr/bin/chromium"
# The browser speaks to nobody; as root it has no sandbox.
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu"]
TITLE = "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 2'> & \"quoted\""
SMOKE = ["specgf_toy", "coordinate_check", "convergence", "discretisation", "equal_rate", "spectron_stress", "compute_matched", "finetune_small"]


def steepest(database, *words):
    done = subprocess.run([PROGRAM, *words, "--database", database, "--experiments", ROOT / "experiments"], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"})
    if done.returncode:
        raise AssertionError(f"steepest {' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def report(database, study, *words):
    return json.loads(steepest(database, "report", study, "--format", "json", *words))


def fill(database):
    """The reference's runs; flows and small trainings where the worker is there; and a title that is none of HTML's."""
    steepest(database, "import", ROOT / "results" / "reference")
    if os.environ.get("STEEPEST_WORKER") or (PROGRAM.parent / "steepest-worker").exists():
        for study in SMOKE:
            steepest(database, "run", study, "--scale", "smoke", "--jobs", "2")
    with contextlib.closing(sqlite3.connect(database)) as file, file:
        file.execute("UPDATE study SET title = ?, definition = json_set(definition, '$.title', ?) WHERE name = 'calibration_steps'", (TITLE, TITLE))


@contextlib.contextmanager
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else []))
        yield browser
        browser.close()


class Opened:
    """A page that was drawn to its end, with all that it complained of and asked for."""

    def __init__(self, browser, address, width=1280, **context):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True, **context)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector("html[data-complete]", timeout=60_000)
        self.drawn, self.complete = (int(self.page.evaluate(f"document.documentElement.dataset.{when}")) for when in ("drawn", "complete"))

    def __getattr__(self, name):
        return getattr(self.page, name)

    def fetched(self):
        """What came from anywhere but the page itself."""
        return [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]

    def close(self):
        self.context.close()
