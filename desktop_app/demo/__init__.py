"""The demo that needs nobody: it drives the real window through the whole job and checks it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.bootstrap import Stage


def run(stage: Stage, out: Path) -> int:
    """Do the whole job on *stage*, save a numbered picture of each step in *out*.

    Returns 0 when all of it held, 1 otherwise; what happened is printed.
    """
    # Loaded here, so that the name of the package costs nothing.
    from desktop_app.demo.job import Job

    return Job(stage, out).run()
