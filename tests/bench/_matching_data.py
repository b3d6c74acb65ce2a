"""Lists of names with true answers: labelled files, our corpus, and both enlarged."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz.distance import Indel

from desktop_app.domain.matching import folding, legal_forms
from desktop_app.simulator.data.catalogue import products
from desktop_app.simulator.data.clients import all_clients
from desktop_app.simulator.data.sizes import PLANS

CORPUS = Path(__file__).parents[1] / "domain" / "matching" / "corpus.csv"
FILES = (
    ("companies", "companies_dev.csv", "customers"),
    ("products", "products_dev.csv", "items"),
    ("accounts", "accounts_dev.csv", "accounts"),
)


@dataclass(frozen=True)
class Case:
    """Two lists and the true pairs. group: for each name of either list the entity that it was made
    of, so that one entity is never both learned from and judged on."""

    name: str
    kind: str
    left: list[str]
    right: list[str]
    truth: frozenset[tuple[int, int]]
    left_group: list[int] = field(default_factory=list)
    right_group: list[int] = field(default_factory=list)


def from_rows(name: str, kind: str, rows: list[tuple[str, str]]) -> Case:
    """rows: (left, right), one of them empty for a name without counterpart."""
    left: list[str] = []
    right: list[str] = []
    left_group: list[int] = []
    right_group: list[int] = []
    truth = set()
    for n, (a, b) in enumerate(rows):
        if a and b:
            truth.add((len(left), len(right)))
        if a:
            left.append(a)
            left_group.append(n)
        if b:
            right.append(b)
            right_group.append(n)
    # Both lists in an order of their own: nothing may depend on equal positions.
    shuffle = random.Random(7)
    order = list(range(len(right)))
    shuffle.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    return Case(
        name,
        kind,
        left,
        [right[n] for n in order],
        frozenset((i, place[j]) for i, j in truth),
        left_group,
        [right_group[n] for n in order],
    )


def development(folder: Path) -> list[Case]:
    """The cases whose files are in *folder*."""
    found = []
    for name, file, kind in FILES:
        if (folder / file).is_file():
            with (folder / file).open(encoding="utf-8", newline="") as lines:
                rows = [(r["left_name"], r["right_name"]) for r in csv.DictReader(lines)]
            found.append(from_rows(name, kind, rows))
    return found


def corpus() -> list[Case]:
    """Our own confusable names, one case for each kind."""
    with CORPUS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    cases = []
    for kind in dict.fromkeys(r["set"] for r in rows):
        chosen = [(r["left"], r["right"]) for r in rows if r["set"] == kind]
        cases.append(from_rows(f"corpus, {kind}", KIND_OF[kind], chosen))
    return cases


KIND_OF = {
    "customers": "customers",
    "licences": "items",
    "products": "items",
    "accounts": "accounts",
}


def simulator(size: str = "medium") -> list[Case]:
    """The simulated tenant and books: the generator knows which client and product is which."""
    clients = all_clients(PLANS[size], random.Random(1))
    goods = products(PLANS[size], random.Random(2))
    return [
        from_rows(
            "simulator, customers",
            "customers",
            [(c.organization, c.customer if c.active else "") for c in clients],
        ),
        from_rows("simulator, products", "items", [(p.name, p.item) for p in goods if p.active]),
    ]


def with_lookalikes(case: Case, share: float, seed: int) -> Case:
    """The case with *share* times as many more names on each side, made of its own words.

    Each is a name whose rare words were exchanged for invented ones; in one of forty only the
    rarest was, or it was exchanged for that of another name: somebody else who is called alike.
    """
    chance = random.Random(f"{case.name}/{seed}")
    names = list(zip(case.left, case.left_group, strict=True))
    names += zip(case.right, case.right_group, strict=True)
    folded = {n: folding.fold(n, case.kind) for n, _ in names}
    count = Counter(w for text in folded.values() for w in set(text.split()))
    split = [(n.split(), g) for n, g in names if len(folded[n].split()) > 1]
    known = set(folded.values())

    def rarest(words: list[str]) -> int:
        weighed = [
            (count.get(folding.fold(w, case.kind), 99) if len(w) > 2 else 99, n)
            for n, w in enumerate(words)
        ]
        return min(weighed)[1]

    def often(word: str) -> bool:
        return count.get(folding.fold(word, case.kind), 99) > 3 or len(word) < 3

    def make() -> tuple[str, int]:
        while True:
            words, group = chance.choice(split)
            words = list(words)
            alike = chance.random()
            if alike < 1 / 80:
                other, _ = chance.choice(split)
                words[rarest(words)] = other[rarest(other)]
            elif alike < 1 / 40:
                words[rarest(words)] = _invented(chance)
            else:
                words = [w if often(w) else _invented(chance) for w in words]
            text = " ".join(words)
            if folding.fold(text, case.kind) not in known:
                known.add(folding.fold(text, case.kind))
                return text, group

    left = [make() for _ in range(int(share * len(case.left)))]
    right = [make() for _ in range(int(share * len(case.right)))]
    return Case(
        f"{case.name} with look-alikes",
        case.kind,
        case.left + [n for n, _ in left],
        case.right + [n for n, _ in right],
        case.truth,
        case.left_group + [g for _, g in left],
        case.right_group + [g for _, g in right],
    )


def enlarged(case: Case, times: int, seed: int) -> Case:
    """The case with *times* as many more entities, each an old one with its rare words exchanged.

    Both names of a pair get the same new words, so the copy is as hard as the pair was. Pairs that
    are told by the spelling of a rare word are not copied.
    """
    chance = random.Random(f"{case.name}/larger/{seed}")
    count = Counter(
        w for n in [*case.left, *case.right] for w in set(re.findall(r"\w+", n.casefold()))
    )
    left, right = list(case.left), list(case.right)
    left_group, right_group = list(case.left_group), list(case.right_group)
    truth = set(case.truth)
    partner = dict(case.truth)
    alone = set(range(len(right))) - set(partner.values())
    entities = [(i, partner.get(i)) for i in range(len(left))] + [(None, j) for j in sorted(alone)]
    for _ in range(times):
        for i, j in entities:
            new: dict[str, str] = {}

            def exchange(name: str, new: dict[str, str] = new) -> str:
                def one(match: re.Match[str]) -> str:
                    word = match.group().casefold()
                    if count[word] > 4 or len(word) < 3:
                        return match.group()
                    if word not in new:
                        new[word] = _invented(chance)
                    return new[word].upper() if match.group().isupper() else new[word]

                return re.sub(r"\w+", one, name)

            a = exchange(case.left[i]) if i is not None else ""
            b = exchange(case.right[j]) if j is not None else ""
            olds = sorted(new)
            if any(_near(x, y) for x in olds for y in olds if x < y):
                continue
            if a and b:
                truth.add((len(left), len(right)))
            if i is not None:
                left.append(a)
                left_group.append(case.left_group[i])
            if j is not None:
                right.append(b)
                right_group.append(case.right_group[j])
    return Case(
        f"{case.name}, enlarged",
        case.kind,
        left,
        right,
        frozenset(truth),
        left_group,
        right_group,
    )


_LATER = (
    *("Holdings Ltd", "Services Limited", "(UK) Ltd", "North", "South", "2 Ltd", "Group", "Leeds"),
    *("Properties LLC", "International Inc", "Trust", "Scotland Ltd", "Education", "Partners LLP"),
)
_FORMS = {"limited": "Ltd", "ltd": "Limited", "inc": "Incorporated", "corp": "Corporation"}


def noisy(case: Case, seed: int) -> Case:
    """The right names, some with a sibling ("X" and "X Services"), against misspelled copies.

    One of four has a sibling, one of four copies a wrong letter; legal forms come and go. Almost
    every name has its copy.
    """
    chance = random.Random(f"{case.name}/noisy/{seed}")
    rows: list[tuple[str, str, int]] = []
    known = set(case.right)
    for name, group in zip(case.right, case.right_group, strict=True):
        names = [name]
        if chance.random() < 0.25:
            words = name.split()
            if len(words) > 1 and legal_forms.is_form(words[-1].strip(".,").casefold()):
                words.pop()
            sibling = f"{' '.join(words).rstrip(',')} {chance.choice(_LATER)}"
            if sibling not in known:
                known.add(sibling)
                names.append(sibling)
        for each in names:
            kept = chance.random()
            rows.append(
                (
                    _copied(each, chance) if kept < 0.97 else "",
                    each if kept > 0.03 else "",
                    group,
                )
            )
    made = from_rows(f"{case.name}, noisy", case.kind, [(a, b) for a, b, _ in rows])
    groups = [g for _, _, g in rows]
    return replace(
        made,
        left_group=[groups[n] for n in made.left_group],
        right_group=[groups[n] for n in made.right_group],
    )


def _copied(name: str, chance: random.Random) -> str:
    words = name.split()
    last = words[-1].strip(".,").casefold()
    if len(words) > 1 and legal_forms.is_form(last) and chance.random() < 0.6:
        words = words[:-1] if last not in _FORMS else [*words[:-1], _FORMS[last]]
    if chance.random() < 0.25:
        place = chance.randrange(len(words))
        words[place] = _misspelled(words[place], chance)
    if len(words) > 2 and chance.random() < 0.08:
        place = chance.randrange(len(words) - 1)
        words[place : place + 2] = [words[place + 1], words[place]]
    text = " ".join(words).strip(" ,")
    return chance.choice([text, text, text.upper(), text.title()])


def _misspelled(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    n = chance.randrange(1, len(word) - 1)
    other = chance.choice("aeionrst")
    return chance.choice(
        [
            word[:n] + word[n + 1 :],
            word[:n] + word[n + 1] + word[n] + word[n + 2 :],
            word[:n] + other + word[n:],
            word[:n] + other + word[n + 1 :],
        ]
    )


def _near(a: str, b: str) -> bool:
    return Indel.normalized_similarity(a, b) >= 0.7 or a in b or b in a


_SPOKEN = (
    "al an ar bar bel ber bor bran car cas clo cor dal den dor el er fal fen gar gil har hol in ken"
    " kir lan len lor mal mar mel mor nor os pal per ran ros sal sel ster tal ter ton tre val ven"
    " wal wen wick wood yar ash bal bri che cre dun eck fos gre hum ise jen kel lun mer nox oak pre"
    " que rus sho thi urs vic wex yor zel ban dra fli gla hes jor mun nev pom ret sti tul"
)
_SYLLABLES = _SPOKEN.split()


def _invented(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 3, 4)))).capitalize()


def part(case: Case, keep: Callable[[int], bool], name: str = "") -> Case:
    """The case with only the entities for which *keep* says so."""
    lefts = [i for i, g in enumerate(case.left_group) if keep(g)]
    rights = [j for j, g in enumerate(case.right_group) if keep(g)]
    at_left = {i: n for n, i in enumerate(lefts)}
    at_right = {j: n for n, j in enumerate(rights)}
    return Case(
        name or case.name,
        case.kind,
        [case.left[i] for i in lefts],
        [case.right[j] for j in rights],
        frozenset(
            (at_left[i], at_right[j]) for i, j in case.truth if i in at_left and j in at_right
        ),
        [case.left_group[i] for i in lefts],
        [case.right_group[j] for j in rights],
    )


def slices(case: Case, size: int, seed: int) -> list[Case]:
    """The case cut into small ones of about *size* entities: a catalogue may be short."""
    groups = sorted({*case.left_group, *case.right_group})
    random.Random(seed).shuffle(groups)
    count = max(1, len(groups) // size)
    number = {g: n % count for n, g in enumerate(groups)}
    return [part(case, lambda g, n=n: number[g] == n) for n in range(count)]  # type: ignore[misc]
