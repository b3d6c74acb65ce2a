"""The program's window in a process of its own: start, sign-in window open, end in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import gc
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop_app.services.api import Service
from desktop_app.ui import app
from desktop_app.ui.shell import Context
from tests.ui.fakes_connect import make_services
from tests.ui.web import serve

with serve() as site:
    site.html("/sign-in", "<p>in</p>")
    services = make_services()
    services.connect.sign_in_url = site.url("/sign-in")
    services.connect.configured("https://billing.example.test/callback")
    application = app.application()

    def window():
        return next(w for w in application.topLevelWidgets() if hasattr(w, "sign_in"))

    def opened():
        assert "PySide6.QtWebEngineCore" not in sys.modules, "loaded before it is needed"
        print("short turns", sys.getswitchinterval() == app.TURN, flush=True)
        window().go("settings")
        window().sign_in.start(Service.QUICKBOOKS)
        look.start()

    def looked():
        if site.asked:
            look.stop()
            print("asked", site.asked[0], flush=True)
            window().close()

    look = QTimer()
    look.setInterval(50)
    look.timeout.connect(looked)
    QTimer.singleShot(0, opened)
    app.SETTLED = 1
    code = app.run(services, Context(Path(sys.argv[1]) / "web"))
spared = gc.get_freeze_count() > 10_000
print("ended", code, services.settings.get("window.page"), spared, flush=True)
"""


def test_the_program_starts_and_ends_in_order(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = ["short turns True", "asked /sign-in", "ended 0 settings True"]
    assert done.stdout.splitlines() == told, done.stderr
    assert "Traceback" not in done.stderr
    assert "Release of profile requested" not in done.stderr  # pages go before their profile
