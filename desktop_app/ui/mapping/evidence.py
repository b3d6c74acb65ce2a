"""Why a row is linked, or why a link is suggested, in the words of its cell."""

from __future__ import annotations

from desktop_app.domain.records import How
from desktop_app.domain.review import Decision
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.ui.mapping.words import Row
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.theme import Tone

HOW_WORDS = {
    How.BY_HAND: "chosen by hand",
    How.AUTO_MAP: "Auto Map",
    How.EXCLUDED: "held on purpose",
    How.IMPORT: "imported",
}
CAUTION = Mark("warning", Tone.WARNING)
PRICE_DIFFERS = "price differs"


def evidence_text(row: Row) -> str:
    """ "0.93 similar" for a suggestion, "identical name" or "chosen by hand" for a link."""
    return _evidence(row)[0]


def evidence_detail(row: Row) -> str:
    """The further grounds; a certain match needs no score beside them."""
    return "; ".join(each for each in _evidence(row)[1:] if not each.startswith("score "))


def evidence_tooltip(row: Row) -> str:
    return "\n".join(_evidence(row))


def evidence_mark(row: Row) -> Mark | None:
    """A warning where the price differs, or something speaks against the suggestion."""
    best = row.suggestion.best if row.undecided else None
    caution = best is not None and bool(best.caution)
    return CAUTION if caution or PRICE_DIFFERS in _evidence(row) else None


def _evidence(row: Row) -> list[str]:
    """The grounds, the first one first; [""] for none."""
    decided = row.row.decided or row.mapping
    if decided is not None:
        words = decided.evidence or HOW_WORDS.get(decided.how, decided.how.value)
        reasons, score, number = words.partition(" (score ")
        grounds = [*reasons.split("; "), *([f"score {number.rstrip(')')}"] if score else [])]
        target, price = row.target, row.row.source.price
        if target is not None and None not in (price, target.price) and price != target.price:
            grounds.append(PRICE_DIFFERS)
        return list(dict.fromkeys(grounds))
    if row.decision is Decision.CREATE and row.row.creation is not None:
        return [f"to be created from this record, {row.row.creation.who}"]
    best = row.suggestion.best
    if best is None or not row.undecided:
        return [""]
    grounds = [part for part in (best.caution, *best.reasons) if part]
    if row.suggestion.state is SuggestionState.STRONG and grounds:
        return [*grounds, f"score {best.score:.2f}"]
    return [f"{best.score:.2f} similar", *grounds]
