"""Codes that may be one account: the same tax number, the same name, a branch, nearly the same name.

Nothing here decides: it proposes groups with their evidence, for people to accept or refuse.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["tax_id", "name", "branch", "near"]
SURE: tuple[Kind, ...] = ("tax_id", "name", "branch", "near")

# What companies are called for law's sake. Longer ones first, since they hold the shorter ones.
_EAST = (
    "股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|株式会社|株式會社|有限会社|주식회사|유한회사|"
    "유한책임회사|합자회사|合同会社|(?<!分)公司|商行|企業社|工程行"
)
_EAST_FORMS = re.compile(_EAST)
_EAST_SHORT = re.compile(r"[(\[](?:股|有|株|주|유|합)[)\]]")
_WEST = frozenset(
    [
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "llp",
        "lp",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "mbh",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "oy",
        "oyj",
        "ab",
        "as",
        "aps",
        "pty",
        "pte",
        "kk",
        "sdn",
        "bhd",
        "sp",
        "zoo",
        "doo",
        "the",
        "and",
        "und",
        "et",
    ]
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PLACE_KINDS = "分公司|分店|門市部|門市|门市|營業所|营业部|營業處|辦事處|办事处|工廠|工厂|支店|지점|영업소|공장|대리점"
_WEST_KINDS = (
    r"(?:[\w\s]{1,20} )?(?:branch|store|shop|outlet|depot|warehouse|plant|office)(?: \w+)?"
)
_BETWEEN = r"[\s\-–—/·,(\[]"
# After a legal form everything is the branch; else it begins after a space or dash, or has two letters.
_AFTER_FORM = re.compile(
    rf"{_BETWEEN}*(?:\w{{0,12}}(?:{_PLACE_KINDS}|店|廠|厂|점)|{_WEST_KINDS})[)\]]*$"
)
_AT_END = re.compile(
    rf"(?:{_BETWEEN}+(?:\w{{0,8}}(?:{_PLACE_KINDS}|店|廠|厂|점)|{_WEST_KINDS})"
    rf"|(?<=\w\w)\w\w(?:{_PLACE_KINDS}))[)\]]*$"
)
_VARIANTS = str.maketrans("臺寳羣峯﹑", "台寶群峰、")
_DIGITS = re.compile(r"\d+")
SAME_DIGITS = re.compile(r"(\w)\1*")
LEAST_TAX_ID = 5  # letters and digits; shorter ones are somebody's own codes
MOST_OF_ONE = 40  # so many codes with one tax number or name: a placeholder, not one account
NEAR = 0.82  # Dice's measure of shared trigrams, the rarer ones weighing more
MOST_IN_BLOCK = 40
KEYS = 3  # rare trigrams of a name by which it meets others
MOST_NEAR = 12  # codes in one group that only nearly match


@dataclass(frozen=True)
class Party:
    """One code, as it is known.

    tax_ids: as they were given, several with ; or , between
    """

    account_id: str
    name: str
    tax_ids: str = ""


@dataclass(frozen=True)
class Group:
    """Codes that may be one account, and the surest reason that binds each to another.

    kind: the least sure of the reasons without which the group would fall apart
    reasons: for each code, what binds it
    """

    account_ids: tuple[str, ...]
    kind: Kind
    reasons: Mapping[str, Kind]


def core_name(name: str) -> str:
    """A name without case, width, signs and legal form: 大同五金（股）公司 and 大同五金股份有限公司 are one."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_VARIANTS)
    text = _EAST_FORMS.sub(" ", _EAST_SHORT.sub(" ", text))
    words = re.sub(r"[^\w\s&+]|_", "", text).split()
    kept = [word for word in words if word not in _WEST] or words
    return "".join(kept) if _CJK.search(text) else " ".join(kept)


def without_branch(name: str) -> str | None:
    """A name without the place of a branch at its end; None where it names none."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_VARIANTS)
    parts = _EAST_FORMS.search(text)
    head = text[: parts.end()] if parts else ""
    rest = text[parts.end() :] if parts else text
    cut = (_AFTER_FORM if parts else _AT_END).sub("", rest) if rest.strip() else rest
    if cut == rest:
        return None
    core = core_name(head + cut)
    return core if len(core) > 1 and core not in _WEST else None


def tax_numbers(given: str) -> set[str]:
    """The tax numbers in a text; those that are nothing but a filler are left out."""
    found = set()
    for part in re.split(r"[;,、/|\n]", unicodedata.normalize("NFKC", given or "")):
        number = re.sub(r"[^0-9a-z]", "", part.casefold())
        if len(number) >= LEAST_TAX_ID and not SAME_DIGITS.fullmatch(number):
            found.add(number)
    return found


def groups(parties: Sequence[Party], apart: Iterable[tuple[str, str]] = ()) -> list[Group]:
    """Groups of codes that may be one account, the surest first.

    apart: pairs of codes that somebody said are two accounts
    """
    numbers = [tax_numbers(p.tax_ids) for p in parties]
    cores = [core_name(p.name) if p.name and p.name != p.account_id else "" for p in parties]
    bound = _Bound(parties, {frozenset(pair) for pair in apart})
    by_number: dict[str, list[int]] = defaultdict(list)
    by_core: dict[str, list[int]] = defaultdict(list)
    for i, (own, core) in enumerate(zip(numbers, cores, strict=True)):
        for number in own:
            by_number[number].append(i)
        if len(core) > 1:
            by_core[core].append(i)
    for same in by_number.values():
        bound.all_of(same, "tax_id")
    for same in by_core.values():
        bound.all_of(same, "name")
    for i, party in enumerate(parties):
        base = without_branch(party.name) if cores[i] else None
        if base and base != cores[i]:
            # A head office, or the first of several branches without one.
            others = [j for j in by_core.get(base, ()) if j != i]
            by_core[base].append(i)
            if others and len(by_core[base]) <= MOST_OF_ONE:
                bound.pair(others[0], i, "branch")
    for i, j in _near_pairs(cores):
        if not (numbers[i] and numbers[j] and not numbers[i] & numbers[j]):
            bound.pair(i, j, "near")
    return bound.groups()


class _Bound:
    """Codes bound to one another, group by group."""

    def __init__(self, parties: Sequence[Party], apart: set[frozenset[str]]) -> None:
        self.parties, self.apart = parties, apart
        self.parent = list(range(len(parties)))
        self.size = [1] * len(parties)
        self.why: dict[int, Kind] = {}
        self.weakest: dict[int, Kind] = {}

    def find(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def all_of(self, members: list[int], kind: Kind) -> None:
        if 2 <= len(members) <= MOST_OF_ONE:
            for other in members[1:]:
                self.pair(members[0], other, kind)

    def pair(self, i: int, j: int, kind: Kind) -> None:
        ids = frozenset((self.parties[i].account_id, self.parties[j].account_id))
        if len(ids) < 2 or ids in self.apart:
            return
        a, b = self.find(i), self.find(j)
        if a == b or (kind == "near" and self.size[a] + self.size[b] > MOST_NEAR):
            return
        for code in (i, j):
            self.why[code] = min(self.why.get(code, kind), kind, key=SURE.index)
        kinds = [kind, *(self.weakest[root] for root in (a, b) if root in self.weakest)]
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.weakest[a] = max(kinds, key=SURE.index)

    def groups(self) -> list[Group]:
        members: dict[int, list[int]] = defaultdict(list)
        for i in self.why:
            members[self.find(i)].append(i)
        found = [
            Group(
                tuple(self.parties[i].account_id for i in sorted(own)),
                self.weakest[root],
                {self.parties[i].account_id: self.why[i] for i in sorted(own)},
            )
            for root, own in members.items()
        ]
        return sorted(found, key=lambda g: (SURE.index(g.kind), g.account_ids))


def _grams(core: str) -> frozenset[str]:
    """Trigrams of a name; pairs of signs where it is written in Chinese, Japanese or Korean."""
    text = core.replace(" ", "")
    n = 2 if _CJK.search(text) else 3
    return frozenset(text[i : i + n] for i in range(len(text) - n + 1))


def _near_pairs(cores: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of names that are nearly the same; each name meets those that share a rare part with it."""
    grams: dict[int, frozenset[str]] = {}
    for i, core in enumerate(cores):
        if len(core) >= (4 if _CJK.search(core) else 6):
            grams[i] = _grams(core)
    often = Counter(gram for own in grams.values() for gram in own)
    weight = {gram: math.log1p(len(grams) / n) for gram, n in often.items()}
    whole = {i: sum(weight[gram] for gram in own) for i, own in grams.items()}
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, own in grams.items():
        shared = sorted((often[g], g) for g in own if 2 <= often[g] <= MOST_IN_BLOCK)
        for _, gram in shared[:KEYS]:
            blocks[gram].append(i)
    seen: set[tuple[int, int]] = set()
    found = []
    for block in blocks.values():
        for a, i in enumerate(block):
            for j in block[a + 1 :]:
                pair = (i, j) if i < j else (j, i)
                if pair in seen:
                    continue
                seen.add(pair)
                both = grams[i] & grams[j]
                if 4 * len(both) < len(grams[i]) + len(grams[j]):
                    continue
                shared_weight = sum(weight[gram] for gram in both)
                dice = 2 * shared_weight / (whole[i] + whole[j])
                if dice >= NEAR or (dice > 0.5 and _one_letter(cores[i], cores[j])):
                    found.append((dice, pair))
    # Names told apart by a number alone are two: Store 12 is not Store 13.
    return [
        (i, j)
        for _, (i, j) in sorted(found, reverse=True)
        if cores[i] != cores[j] and _DIGITS.findall(cores[i]) == _DIGITS.findall(cores[j])
    ]


def _one_letter(one: str, other: str) -> bool:
    """Whether long names differ in one letter: left out, added or changed."""
    if min(len(one), len(other)) < 8 or abs(len(one) - len(other)) > 1 or _CJK.search(one):
        return False
    short, long = sorted((one, other), key=len)
    same = next(
        (i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short)
    )
    rest = short[same:] if len(short) < len(long) else short[same + 1 :]
    return rest == long[same + 1 :]
