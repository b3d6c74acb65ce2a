"""Texts as QuickBooks can hold them: lengths, and Latin-1 in companies of the United States.

Source: QuickBooks sheet 3.1 ("Encoding") and the limits of 4.4. Nothing is changed silently: the
functions say whether they changed anything, and the caller tells the user.
"""

from __future__ import annotations

import re
import unicodedata

DESCRIPTION_LIMIT = 4000
PRIVATE_NOTE_LIMIT = 4000
MEMO_LIMIT = 1000
EMAIL_LIMIT = 100
DOC_NUMBER_LIMIT = 21
ITEM_NAME_LIMIT = 100

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-",
        "\u2026": "...", "\u2022": "*", "\u20ac": "EUR", "\u2122": "(TM)", "\u00a0": " ",
        "\u2009": " ", "\u202f": " ", "\u200b": "", "\u2192": "->", "\u0152": "OE", "\u0153": "oe",
        "\u0141": "L", "\u0142": "l",
    }
)  # fmt: skip
_LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziyklmnoprstufhye", strict=True)),
    "ё": "yo", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
    "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ђ": "dj", "ј": "j",
    "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ў": "u",
    **dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)),
    "θ": "th", "χ": "ch", "ψ": "ps", "đ": "d", "ħ": "h", "ı": "i", "ŋ": "ng",
}  # fmt: skip
"""Letters of other alphabets as they are commonly written in this one; capitals likewise."""
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})  # controls, surrogates, private, unassigned
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")


def latin1(text: str, missing: str = "") -> str:
    """*text* in characters of ISO-8859-1: plain look-alikes, letters without foreign accents, and
    Cyrillic and Greek in Latin letters. *missing* stands for each letter that has no such form;
    what is no letter and has none (emoji) is left out."""
    if text.isascii():
        return text
    result = []
    for character in unicodedata.normalize("NFC", text).translate(_PLAIN):
        if ord(character) < 256:
            result.append(character)
            continue
        known = _letter(character)
        if known is None:
            plain = "".join(
                c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
            ).translate(_PLAIN)
            known = "".join(c if ord(c) < 256 else _letter(c) or "" for c in plain)
            if not known and unicodedata.category(character).startswith("L"):
                known = missing
        result.append(known)
    return "".join(result).strip() if result else ""


def _letter(character: str) -> str | None:
    """How a letter of another alphabet is written, None for one that is not known."""
    low = character.lower()
    known = _LETTERS.get(low)
    return known if known is None or character == low else known.capitalize()


def one_line(text: str) -> str:
    """*text* without line breaks and control characters, every run of white space one blank."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """*text* without control characters; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\r\t" or unicodedata.category(c) not in _UNSEEN)


def shorten(text: str, limit: int) -> str:
    """*text* within *limit* characters, with "..." where something was cut."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def one_email(text: str) -> str:
    """The address if *text* is exactly one valid address within the limit, else "". Letters beyond
    ASCII are valid by no rule that QuickBooks tells."""
    address = text.strip()
    plain = address.isascii() and address.isprintable() and len(address) <= EMAIL_LIMIT
    return address if plain and _EMAIL.fullmatch(address) else ""


def name_for_quickbooks(text: str, limit: int = ITEM_NAME_LIMIT) -> str:
    """A name without what QuickBooks refuses (colon, tab, newline, quotation mark), shortened."""
    return shorten(" ".join(re.sub(r'[:\t\r\n"]', " ", latin1(text)).split()), limit)
