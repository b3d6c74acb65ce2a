"""A change set: proposed decisions in one file that a colleague looks through and approves.

JSON with a version, the company's stamp and a checksum. The checksum finds damage and edits by
hand; it is no signature: who approves answers for what is applied.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.review import Decision
from desktop_app.services.exchange.files import MAX_ROWS, parsing, unusable
from desktop_app.services.exchange.table import Line, moment_text

FORMAT = "billing-bridge-changes"
VERSION = 1
_STATES = {
    "link": Decision.LINKED.value,
    "clear": Decision.UNDECIDED.value,
    "exclude": Decision.EXCLUDED.value,
}
_NOT_ONE = "The file is not a change set of this program, or it is cut off."
_ASK = "Ask your colleague to save the change set again and to send it as it is."


@dataclass(frozen=True, slots=True)
class Proposed:
    """One decision that is asked for. action: "link", "clear" or "exclude"."""

    kind: Kind
    source_id: str
    source_name: str
    action: str
    target_id: str = ""
    target_name: str = ""
    who: str = ""
    when: datetime | None = None
    how: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSetFile:
    """What a change set says. lines: by kind, numbered as in the file, from 1."""

    company: str
    company_name: str
    author: str
    made_at: datetime
    remark: str
    lines: dict[Kind, list[Line]] = field(default_factory=dict)


def encode(
    changes: Iterable[Proposed],
    *,
    company: str,
    company_name: str,
    author: str,
    made_at: datetime,
    remark: str,
) -> bytes:
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "company": company,
        "company_name": company_name,
        "author": author,
        "made_at": moment_text(made_at),
        "remark": remark,
        "changes": [
            {
                "kind": each.kind.value,
                "source_id": each.source_id,
                "source_name": each.source_name,
                "action": each.action,
                "target_id": each.target_id,
                "target_name": each.target_name,
                "who": each.who,
                "when": moment_text(each.when) if each.when else "",
                "how": each.how,
                "evidence": each.evidence,
            }
            for each in changes
        ],
    }
    content["checksum"] = _checksum(content)
    return json.dumps(content, ensure_ascii=True, indent=1).encode()


def _checksum(content: dict[str, Any]) -> str:
    """Of the content without its checksum, however it is laid out."""
    rest = {name: value for name, value in content.items() if name != "checksum"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def decode(file: Path) -> ChangeSetFile:
    """Raises RuleError in words, OSError."""
    with parsing(_NOT_ONE, _ASK):
        content = json.loads(file.read_bytes(), parse_constant=_no_constant)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise unusable(_NOT_ONE, "Choose a file that was saved as a change set.")
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise unusable(_NOT_ONE, _ASK)
    if version > VERSION:
        raise unusable(
            "The change set was made by a newer version of this program.",
            "Install that version here, or ask for a CSV file instead.",
            f"version {version}, this program reads {VERSION}",
        )
    if content.get("checksum") != _checksum(content):
        raise unusable("The change set was altered or damaged after it had been made.", _ASK)
    with parsing(_NOT_ONE, _ASK):
        changes = content["changes"]
        if len(changes) > MAX_ROWS:
            raise unusable(
                f"The change set has more than {MAX_ROWS:,} rows.", "Ask for several smaller ones."
            )
        made_at = datetime.fromisoformat(content["made_at"])
        if made_at.tzinfo is None:
            raise ValueError("made_at has no time zone")
        return ChangeSetFile(
            company=_text(content, "company"),
            company_name=_text(content, "company_name"),
            author=_text(content, "author"),
            made_at=made_at,
            remark=_text(content, "remark"),
            lines=_lines(changes),
        )


def _lines(changes: Sequence[Any]) -> dict[Kind, list[Line]]:
    lines: dict[Kind, list[Line]] = {}
    for number, change in enumerate(changes, 1):
        action = _text(change, "action")
        if (action == "link") != bool(_text(change, "target_id")):
            raise ValueError(f"change {number} does not say what it wants")
        lines.setdefault(Kind(_text(change, "kind")), []).append(
            Line(
                number,
                source_id=_text(change, "source_id"),
                source_name=_text(change, "source_name"),
                target_id=_text(change, "target_id"),
                target_name=_text(change, "target_name"),
                state=_STATES[action],
                who=_text(change, "who"),
                when=_text(change, "when"),
                evidence=_text(change, "evidence"),
            )
        )
    return lines


def _text(content: dict[str, Any], name: str) -> str:
    value = content[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not text")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
