"""`steepest serve` in a browser: the page follows the database, and says so when the server has gone."""
import contextlib
import signal
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

import browser
from browser import PROGRAM, ROOT, Opened


class Serve(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = Path(folder.name) / "s.db"
        browser.steepest(self.database, "import", ROOT / "results" / "reference")

    def write(self, *statement):
        with contextlib.closing(sqlite3.connect(self.database)) as file, file:
            file.execute(*statement)

    def test_the_page_follows_the_database_until_the_server_ends(self):
        with contextlib.closing(sqlite3.connect(self.database)) as file:
            run, = file.execute("SELECT run_id FROM study_run JOIN study ON study.id = study_id WHERE study.name = 'rank_transfer' ORDER BY run_id").fetchone()
        heeding = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # a script in the background has its programs ignore Ctrl-C, and so they do
        server = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--database", self.database, "--experiments", ROOT / "experiments"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, preexec_fn=heeding)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        address = server.stdout.readline().strip()
        self.assertRegex(address, r"^http://localhost:\d+/$")
        with browser.chromium() as chromium:
            seen = Opened(chromium, address)
            progress = seen.locator("#study-rank_transfer-paper .progress p").first
            before = progress.inner_text()
            self.assertNotIn("running", before)
            self.write("UPDATE run SET status = 'running', token = 'worker', lease_expires_at = 1e12, lease_boot = 'now' WHERE id = ?", (run,))
            seen.wait_for_selector("#study-rank_transfer-paper .progress p:has-text('1 running')", timeout=60_000)
            self.write("UPDATE run SET status = 'completed', token = NULL, lease_expires_at = NULL, lease_boot = NULL WHERE id = ?", (run,))
            seen.wait_for_selector(f"#study-rank_transfer-paper .progress p:text-is('{before}')", timeout=60_000)
            self.assertEqual(seen.complaints, [])
            self.assertTrue(all(url.startswith((address, "data:", "blob:")) for url in seen.requests), seen.requests)
            server.send_signal(signal.SIGINT)
            self.assertEqual(server.wait(timeout=30), 0)
            seen.wait_for_selector("#said:has-text('does not answer')", timeout=60_000)
            self.assertGreater(seen.locator("#study-rank_transfer-paper figure .panel svg").count(), 0)


if __name__ == "__main__":
    unittest.main()
