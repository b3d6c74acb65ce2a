"""Legal forms of companies, as data: what may be left out at the end of a name.

Each form is written as folding leaves it: lower case, no accents, initials without their dots
("S.A. de C.V." is the words "sa", "de", "cv"; "GmbH & Co. KG" is "gmbh", "co", "kg").
The value names the countries that use it, so that two forms without a common country can be told
to disagree ("Nichols plc" and "Nichols LLC").
"""

from __future__ import annotations

# Groups of countries; a form belongs to one or several.
_FORMS: dict[str, str] = {
    # English-speaking
    "us": "llc lllp pllc pc pa ps lc",
    "us ca au in": "corp corporation",
    "us ca": "inc incorporated",
    "us ca uk ie au nz in sg hk": "co company",
    "uk ie ca au nz in sg hk il za": "ltd limited",
    "uk ie": "plc cic cio cyf ccc dac clg uc",
    "us uk ca sg in": "llp lp",
    "au nz za sg my": "pty pte bhd sdn",
    "in pk": "pvt private",
    # German-speaking
    "de at ch": "gmbh ggmbh mbh ag kg ohg ug kgaa gbr ev eg ek haftungsbeschraenkt",
    # French, Belgian, Swiss
    "fr be ch lu": "sarl sas sasu eurl snc scop sprl scrl srl",
    "fr be ch lu es pt br mx ar pl ro gr": "sa",
    # Italian, Spanish, Portuguese, Latin American
    "it": "spa sapa srls",
    "it ro ar": "srl",
    "es mx ar": "sl slu sau cv rl sab sapi",
    "br pt": "ltda lda eireli",
    "co cl pe": "eirl",
    # Dutch, Nordic, Baltic
    "nl be": "bv nv bvba vof cvba",
    "se fi": "ab",
    "no dk": "as asa ans aps ivs",
    "fi": "oy oyj ky",
    "is": "ehf hf",
    "ee lv lt": "ou sia uab",
    # Central and Eastern Europe
    "pl": "spzoo zoo sp oo spolka",
    "cz sk": "sro spol vos",
    "hu": "kft zrt nyrt bt",
    "hr si rs ba": "doo dd ad",
    "bg": "eood ood ead",
    "ro": "sca",
    "gr cy": "ae epe ike",
    "tr": "sti",
    "ru ua": "ooo oao zao pao tov ооо оао зао пао тов",
    # Asia, Africa, elsewhere
    "jp": "kk gk",
    "id": "tbk",
    "il": "bm בעמ",
    "ae sa": "fze fzco fzc wll",
    "eu": "se sce eeig",
}

COUNTRIES: dict[str, frozenset[str]] = {}
for _countries, _words in _FORMS.items():
    for _word in _words.split():
        _known = COUNTRIES.get(_word, frozenset())
        COUNTRIES[_word] = _known | frozenset(_countries.split())

# Words that stand between the parts of a legal form: "S.A. de C.V.", "Sp. z o.o.".
_JOINTS = frozenset({"de", "z"})

# In front of the name in some countries.
LEADING = frozenset(["ooo", "oao", "zao", "pao", "tov", "ооо", "оао", "зао", "пао", "тов"])


def is_form(word: str) -> bool:
    return word in COUNTRIES


def split_forms(words: list[str]) -> tuple[list[str], list[str]]:
    """(the words without their legal form, the form). At least one word always stays."""
    end = len(words)
    while end > 1:
        joint = words[end - 1] in _JOINTS and end < len(words) and words[end - 2] in COUNTRIES
        if words[end - 1] in COUNTRIES or joint:
            end -= 1
        else:
            break
    start = 1 if end > 1 and words[0] in LEADING else 0
    return words[start:end], words[:start] + words[end:]


# Forms that are written as words, not as initials.
_AS_WORDS = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "pty",
        "pte",
        "pvt",
        "private",
        "sdn",
        "bhd",
        "ltda",
        "lda",
        "eireli",
        "oy",
        "oyj",
        "spolka",
        "cyf",
    ]
)
_SPELLED = {"gmbh": "GmbH", "ggmbh": "gGmbH", "mbh": "mbH", "spa": "SpA", "eg": "eG", "ev": "eV"}


def shown(word: str) -> str:
    """A folded word as people write it: "LLC", "Inc", "GmbH"."""
    if word in COUNTRIES and word not in _AS_WORDS:
        return _SPELLED.get(word, word.upper())
    return word.capitalize()
