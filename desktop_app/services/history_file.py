"""The journal as a file: what a filter finds, as CSV or XLSX, page after page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from desktop_app.domain.journal import Cursor, HistoryFilter, JournalEntry
from desktop_app.errors import StorageError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Exported
from desktop_app.services.api_review import ReviewService
from desktop_app.services.exchange.csv_files import write_csv
from desktop_app.services.exchange.files import write
from desktop_app.services.exchange.table import Value
from desktop_app.services.exchange.xlsx_files import write_xlsx

HEADER = (
    "When", "Who", "Decided by", "How", "Action", "Offline", "Kind", "NinjaOne id",
    "NinjaOne record", "From", "From QuickBooks id", "To", "To QuickBooks id", "Evidence", "Score",
    "Step", "Step number",
)  # fmt: skip
PAGE = 1000
SHEET_ROWS = 1_048_576
"""What a worksheet holds, its header included (limit of the format)."""


def export_history(
    review: ReviewService, wanted: HistoryFilter, file: Path, progress: Progress
) -> Exported:
    """Write every entry that fits *wanted*, the newest first; the suffix decides the format.

    An existing file is replaced only once the new one is whole; texts that a spreadsheet would
    take for formulas are neutralised. Raises StorageError in words.
    """
    rows = 0
    sheet = file.suffix.lower() == ".xlsx"

    def lines() -> Iterator[list[Value]]:
        nonlocal rows
        for entry in _entries(review, wanted, progress):
            rows += 1
            if sheet and rows >= SHEET_ROWS:
                raise StorageError(
                    f"A worksheet holds {SHEET_ROWS:,} rows, and the history has more.",
                    title="The file was not saved",
                    advice="Narrow the filter, or save as CSV.",
                )
            yield _cells(entry)

    def fill(stream: IO[bytes]) -> None:
        if sheet:
            write_xlsx(stream, "History", HEADER, lines(), ())
        else:
            write_csv(stream, HEADER, lines())

    write(file, fill)
    entries = "1 entry" if rows == 1 else f"{rows:,} entries"
    return Exported(file, rows, f"Exported {entries} of the history to {file.name}")


def _entries(
    review: ReviewService, wanted: HistoryFilter, progress: Progress
) -> Iterator[JournalEntry]:
    after: Cursor | None = None
    done = 0
    while True:
        progress.report("Writing the history", done)
        page = review.history(wanted, progress, after=after, limit=PAGE)
        yield from page.entries
        done += len(page.entries)
        if page.more is None:
            return
        after = page.more


def _cells(entry: JournalEntry) -> list[Value]:
    return [
        entry.made_at,
        entry.who,
        entry.decided_by,
        entry.how.value,
        entry.action,
        "yes" if entry.offline else "",
        entry.kind.value,
        entry.source_id,
        entry.source_label,
        entry.from_target_label or entry.from_choice,
        entry.from_target_id,
        entry.to_target_label or entry.to_choice,
        entry.to_target_id,
        entry.evidence,
        "" if entry.score is None else str(entry.score),
        entry.label,
        str(entry.step),
    ]
