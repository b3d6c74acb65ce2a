"""The headless demo: the real window, the real embedded browser, a restart with no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop_app.simulator.data import build

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 170  # seconds


def run_demo(
    out: Path, environment: dict[str, str], *more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desktop_app", "--demo", "--headless", "--out", str(out), *more],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.timeout(PATIENCE + 10)
def test_the_whole_job_holds_and_its_secrets_stay_in_the_keyring(
    tmp_path: Path, secret_service: dict[str, str]
) -> None:
    out, profile = tmp_path / "pictures", tmp_path / "profile"
    done = run_demo(out, secret_service, "--profile-dir", str(profile))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it held." in done.stdout
    assert "Auto Map linked" in done.stdout
    pictures = sorted(out.glob("*.png"))
    assert len(pictures) >= 20
    assert [p.name[:2] for p in pictures] == [f"{n:02d}" for n in range(1, len(pictures) + 1)]
    for picture in pictures:
        image = QImage(str(picture))
        assert image.width() > 300, picture
        points = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
        assert len({image.pixel(x, y) for x, y in points}) > 8, f"{picture} is empty"

    # The app's secret is known; the tokens have known beginnings.
    secret = build("small", 1).apps[0].client_secret.encode()
    kept = [f for f in profile.rglob("*") if f.is_file() and f.name != "simulator.json"]
    assert any(f.suffix == ".log" for f in kept)
    for file in kept:
        content = file.read_bytes()
        assert secret not in content, file
        assert b"RT1-" not in content, file
    assert secret.decode() not in done.stdout + done.stderr


@pytest.mark.timeout(PATIENCE + 10)
def test_a_broken_promise_makes_the_demo_fail(tmp_path: Path) -> None:
    """What the driver checks is checked: with nothing to map there is nothing to hold."""
    script = (
        "import sys; from desktop_app.domain import auto_map\n"
        "auto_map.propose = lambda *_, **__: ()\n"
        "from desktop_app.demo import hands; hands.wait_until.__defaults__ = (12.0,)\n"
        "from desktop_app.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--demo", "--headless", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "FAILED: Auto Map finds certain matches among customers" in done.stdout
