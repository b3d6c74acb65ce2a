"""Folding: what is left of a name when case, accents, punctuation and legal form do not count."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from desktop_app.domain.matching import legal_forms, words
from desktop_app.domain.names import tidy

CUSTOMERS, ITEMS, ACCOUNTS = "customers", "items", "accounts"
LONGEST = 500  # characters; QuickBooks and NinjaOne hold less. A longer text is no name

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "ʼ": "'",
    }
)
_APOSTROPHE = re.compile(r"'|(?<=[^\W\d_])[\"״](?=[^\W\d_])")
_JOIN = re.compile(r"\s*[&+]\s*")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_WORD = re.compile(r"[^\W_]+")
_STATE = re.compile(r"\s*[/\\]\s*([a-z]{2,3})\s*[/\\]?\s*$")
_STATED = re.compile(r"[/\\]\s*[a-z]{2,3}\s*[/\\]\s*$")
_ALIAS = re.compile(
    r"\b(?:d\s?/?\s?b\s?/?\s?a|d\.b\.a\.?|t\s?/\s?a|a\s?/?\s?k\s?/?\s?a|a\.k\.a\.?|f\s?/\s?k\s?/\s?a"
    r"|trading\s+as|doing\s+business\s+as|also\s+known\s+as|formerly(?:\s+known\s+as)?)(?!\w)[:,]?",
)
_PART_OF = re.compile(
    r"\s*[,(–-]?\s*\b(?:an?\s+)?(?:division|subsidiary|brand|unit|part|member)\s+of\b"
)
_PHONE = re.compile(r"\(?\b\d{3}(?:\)\s?-?|[.-])\s?\d{3}[.-]\d{4}\b(?:\s*(?:ext|x)\.?\s*\d+)?")
_COUNTRIES = re.compile(r"\bunited\s+(kingdom|states(?:\s+of\s+america)?)\b")
_ORDINALS = {
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
}

# --- items
_RUN = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_UNIT = (
    "gb|tb|mb|kb|ghz|mhz|in|inch|mm|cm|ft|w|watt|v|volt|mp|port|pack|pk|user|seat|day|hour|hr|min"
    "|year|yr|month|mo|x|channel|ch|th|rd|st|nd|ch|i|p|hz|ms|cup|qt|oz|lb|k|g|m|speed|bit|core|vcpu|device|disc"
)
_QUANTITY = re.compile(rf"(?<![\d.])(?!(?:19|20)\d\d\b)(\d+(?:[.,]\d+)?)\s?-?\s?({_UNIT})s?\b")
_QUANTITY_ONLY = re.compile(rf"\d+({_UNIT})s?$")
_TERMS = (
    (
        re.compile(r"\b(?:p1y|1[ -]?(?:year|yr)|12[ -]?(?:months?|mo)|annually|yearly|annual)\b"),
        "annual",
    ),
    (re.compile(r"\b(?:p1m|1[ -]?(?:month|mo)|month[ -]to[ -]month|m2m|monthly)\b"), "monthly"),
    (re.compile(r"\b(?:p3y|3[ -]?(?:year|yr)|36[ -]?(?:months?|mo)|triennial)\b"), "triennial"),
    (re.compile(r"(?:\bper\b|/)\s*(?:month|mo|mth)\b"), " "),
    (
        re.compile(
            r"(?:\bper\b|/)\s*(?:year|yr|annum|user|seat|device|endpoint|mailbox|each|ea)\b"
        ),
        " ",
    ),
    (re.compile(r"\bmicrosoft[ -]?365\b|\bm365\b|\bms[ -]?365\b"), "m365"),
    (re.compile(r"\boffice[ -]?365\b|\bo365\b"), "o365"),
    (re.compile(r"\bdynamics[ -]?365\b|\bd365\b"), "d365"),
    (re.compile(r"\bwindows[ -]?365\b|\bw365\b"), "w365"),
    (re.compile(r"\bplan\s?(\d)\b"), r"p\1"),
    (
        re.compile(r"\b(?:azure active directory|azure ad|aad|microsoft entra id|entra id)\b"),
        "entraid",
    ),
    (re.compile(r"\badd[ -]?on\b"), "addon"),
    (re.compile(r"\b(\d)(?:st|nd|rd|th)\s(?:gen|generation)\b"), r"gen\1"),
    (re.compile(r"\bgen(?:eration)?\s(\d)"), r"gen\1"),
    (re.compile(r"\bnon[ -]?profits?\b"), "nonprofit"),
    (re.compile(r"\bone[ -]?time\b"), "onetime"),
    (re.compile(r"\bafter[ -]?hours\b"), "afterhours"),
    (re.compile(r"\bon[ -]?site\b"), "onsite"),
    (re.compile(r"(?<=\d)\s?(?:''|\"|”|'|’)(?=[\s,)]|$)"), "in "),
)

# --- accounts
_ACCOUNT_NUMBER = re.compile(r"^\s*#?(\d{3,}(?:[.-]\d+)*)\s*[-–—·:.]*\s+(?=\S)")


class Folded(NamedTuple):
    """One reading of a name.

    core: its words without fillers and legal form; text: the same without spaces; key: what two
    names that are the same have in common; form: the legal form's words; codes: model numbers;
    number: an account number in front.
    """

    core: tuple[str, ...]
    text: str
    key: str
    form: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    number: str = ""


NOTHING = Folded((), "", "")


def raw_key(name: str) -> str:
    """What counts as an identical name: the same but for white space and invisible characters.

    "" for what is no name at all: no letter or digit in it, or longer than any name.
    """
    if len(name) > LONGEST:
        return ""
    if name.isascii():
        return tidy(name) if _WORD.search(name) else ""
    visible = "".join(c for c in name if unicodedata.category(c) != "Cf")
    normal = tidy(unicodedata.normalize("NFKC", visible))
    return normal if _WORD.search(normal) else ""


_SETTLES_WITHIN = 4


def fold(name: str, kind: str = CUSTOMERS) -> str:
    """The folded name as a person would read it; folding it again changes nothing."""
    folded = _told(read(name, kind))
    for _ in range(_SETTLES_WITHIN):
        again = _told(read(folded, kind))
        if again == folded:
            break
        folded = again  # a code that stood beside odd signs is seen only once they are gone
    return folded


def _told(reading: Folded) -> str:
    return " ".join(reading.core + reading.codes)


def read(name: str, kind: str) -> Folded:
    """The name as a whole, folded for *kind*."""
    return _read(_plain(name), kind)


def _read(plain: str, kind: str) -> Folded:
    if not plain:
        return NOTHING
    if kind == ITEMS:
        return _read_item(plain)
    if kind == ACCOUNTS:
        return _read_account(plain)
    return _read_company(plain)


def readings(name: str, kind: str) -> list[Folded]:
    """The name as a whole, then its parts that may stand for it ("X dba Y": X, Y)."""
    plain = _plain(name)
    whole = _read(plain, kind)
    if not whole.text:
        return []
    found = [whole]
    if kind == CUSTOMERS:
        for part in _company_parts(plain):
            one = _read_company(part)
            if one.core and one.text not in {f.text for f in found}:
                found.append(one)
    elif kind == ACCOUNTS and ":" in name:
        last = read(name.rsplit(":", 1)[1], kind)
        if last.core and last.text != whole.text:
            found.append(last)
    return found


def _plain(name: str) -> str:
    """Lower case, no accents, no invisible characters; "" for what is no name."""
    if len(name) > LONGEST:
        return ""
    if name.isascii():
        return name.lower()
    name = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    kept = "".join(c for c in name if not unicodedata.combining(c) and c.isprintable())
    return unicodedata.normalize("NFKD", kept.casefold().translate(_LETTERS))


def _company_parts(plain: str) -> list[str]:
    if " of " in plain:
        head, *rest = _PART_OF.split(plain, maxsplit=1)
        if rest and head.strip():
            return [head]
    parts = [part for part in _ALIAS.split(plain) if _WORD.search(part)]
    return parts if len(parts) > 1 else []


def _tokens(plain: str) -> list[str]:
    """Words; "&" and "+" between them are left out, initials stand together."""
    if "'" in plain or '"' in plain or "״" in plain:
        plain = _APOSTROPHE.sub("", plain)
    if "&" in plain or "+" in plain:
        plain = _JOIN.sub(" ", plain)
    if "." in plain:
        plain = _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", plain)
    return _WORD.findall(plain)


def _expand(tokens: list[str], kind: str) -> list[str]:
    table = words.ABBREVIATIONS[kind]
    result: list[str] = []
    for token in tokens:
        if token in table:
            result.extend(table[token])
        else:
            result.append(_ORDINALS.get(token, token))
    return result


def _without(tokens: list[str], left_out: frozenset[str]) -> list[str]:
    """Tokens that are not in *left_out*, or all if nothing else is there."""
    return [t for t in tokens if t not in left_out] or tokens


def _join_letters(tokens: list[str]) -> list[str]:
    """ "p a crocker" as "pa crocker": initials written apart are one word."""
    result: list[str] = []
    run = False
    for token in tokens:
        single = len(token) == 1 and token.isalpha()
        if single and run:
            result[-1] += token
        else:
            result.append(token)
        run = single
    return result


def _read_company(plain: str) -> Folded:
    if "/" in plain or "\\" in plain:
        plain = _without_state(plain)
    if "-" in plain or ")" in plain:
        without = _PHONE.sub(" ", plain)
        plain = without if _WORD.search(without) else plain
    if "united" in plain:
        plain = _COUNTRIES.sub(lambda m: "uk" if m.group(1) == "kingdom" else "us", plain)
    tokens = _tokens(plain)
    if not tokens:
        return NOTHING
    tokens = _join_letters(_without(tokens, words.FILLERS))
    core, form = legal_forms.split_forms(tokens)
    core = _without(_expand(core, CUSTOMERS), words.FILLERS)
    return Folded(tuple(core), "".join(core), "".join(core), tuple(form))


def _without_state(plain: str) -> str:
    """Without the register's mark of a state ("INC /DE/", "INC/RI")."""
    mark = _STATE.search(plain)
    if mark is None or mark.group(1) not in words.STATES:
        return plain
    before = plain[: mark.start()]
    last = _WORD.findall(before.replace(".", ""))[-1:]
    if _STATED.search(plain) or (last and legal_forms.is_form(last[0])):
        return before if last else plain
    return plain


def _read_item(plain: str) -> Folded:
    for pattern, word in _TERMS:
        plain = pattern.sub(word, plain)
    plain = _QUANTITY.sub(r"\1\2", plain)
    codes: list[str] = []

    def take(match: re.Match[str]) -> str:
        squashed = re.sub(r"[-/]", "", match.group())
        if not is_code(squashed):
            return match.group()
        if squashed not in codes:
            codes.append(squashed)
        return " "

    rest = _RUN.sub(take, plain)
    tokens = _expand(_tokens(rest), ITEMS)
    tokens = _without(tokens, words.FILLERS)
    kept = [t for t in tokens if t not in words.NOISE[ITEMS]]
    if not kept and not codes:
        kept = tokens
    if not kept and not codes:
        return NOTHING
    codes.sort()
    key = [stem(t) for t in kept if t not in words.FAINT]
    if sum(t.isdigit() for t in key) < 2:
        key.sort()  # the order of words makes no other product; that of numbers may
    return Folded(tuple(kept), "".join(kept + codes), " ".join(key + codes), (), tuple(codes))


def is_code(squashed: str) -> bool:
    """Whether a word without its separators looks like a model number: "kxtg9333t", "0107230"."""
    digits = sum(c.isdigit() for c in squashed)
    if not digits or len(squashed) < 4 or squashed in ("m365", "o365", "d365", "w365"):
        return False
    if digits == len(squashed):
        return digits >= 5
    if _QUANTITY_ONLY.fullmatch(squashed):
        return False
    letters = max(len(run) for run in re.findall(r"\D+", squashed))
    return letters <= 6


def _read_account(plain: str) -> Folded:
    number = ""
    while found := _ACCOUNT_NUMBER.match(plain):
        number, plain = number or found.group(1), plain[found.end() :]
    plain = re.sub(r"\b([ai])/([rpc])\b", r"\1\2", plain)
    tokens = _expand(_tokens(plain), ACCOUNTS)
    tokens = _without(_without(tokens, words.FILLERS), words.NOISE[ACCOUNTS])
    if not tokens:
        return NOTHING
    key = "".join(stem(t) for t in tokens)
    return Folded(tuple(tokens), "".join(tokens), key, (), (), number)


def stem(word: str) -> str:
    """Plural endings off, for counting two words as the same; "s" of short words stays."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
