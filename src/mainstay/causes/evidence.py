"""What speaks for and against each cause of an account's fall, in plain words that lead to their rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.causes.answers import FAMILY_NAMES, FAMILY_OF, SUREST, Answer
from mainstay.causes.effect import effect
from mainstay.causes.instances import Instances
from mainstay.causes.types import Signal
from mainstay.core.texts import Text, gettext_noop

Floats = npt.NDArray[np.float64]
MOST = 4  # of each side of a cause
EACH = 2  # of one signal
# Of the rate at which the account fell. A fact of a smaller part is none worth naming, unless it is one of
# several alike that come to as much together, and at least half as large as the largest of them.
LEAST_PART, OF_THE_BEST = 0.05, 0.5
FEW_FALL = 0.5  # of the rate of falls that have no recorded cause: those exposed hardly fall more
LATE_DAYS = 28  # after the fall began: nearer, one can't tell which was first
MUCH, LITTLE = 1.5, 0.6  # of a category's part in the fall, over its part in what they bought
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Sides:
    """What speaks for and against one family of causes; JSON-ready."""

    speaks_for: list[dict[str, Any]]
    against: list[dict[str, Any]]

    @property
    def category(self) -> str | None:
        """What of theirs the weightiest fact concerns; None = all, or there is no fact."""
        facts = [one for one in self.speaks_for if one["kind"] == "fact"]
        return facts[0].get("category") if facts else None


class Evidence:
    """Evidence of all accounts of an answer."""

    def __init__(self, answer: Answer, catalogue: Mapping[str, Signal]) -> None:
        self.answer = answer
        self.catalogue = catalogue
        self.names = answer.signals["signal"].to_pylist()
        self.data = answer.signals["data"].to_pylist()
        self.rows = answer.signals["rows"].to_pylist()
        self.category = answer.signals["category"].to_pylist()
        account = np.repeat(np.arange(len(answer.main)), np.diff(answer.context.offsets))
        every = np.arange(len(account))
        day = answer.fell_on[account].astype(float)
        self.size = effect(answer.context, every, day) * answer.context.strength
        period = answer.by_period.argmax(axis=1)[account]
        pair = answer.context.pair
        match = np.ones(len(pair))
        known = pair >= 0
        match[known] = answer.fallen.match[pair[known], period[known]]
        self.match = match
        self.part = self._parts(account)

    def _parts(self, account: npt.NDArray[np.int64]) -> Floats:
        """Of each link, its part in the rate at which its account fell when it did; a channel's
        part is shared out among what happened through it."""
        rates, channel = self.answer.rates, self.answer.context.channel
        n, channels = len(self.answer.main), len(rates.rate)
        place = account * channels + channel
        size = np.minimum(self.size * self.match, 1.0)
        spared = np.bincount(place, np.log1p(-np.minimum(size, SUREST)), n * channels)
        acts = (1 - np.exp(spared.reshape(n, channels))) * rates.rate
        whole = rates.background + acts.sum(axis=1)
        together = np.bincount(place, size, n * channels)
        share = size / np.maximum(together[place], 1e-12)
        return np.asarray(share * acts.ravel()[place] / whole[account])

    def of(self, place: int, family: str) -> Sides:
        """Of the account in that place."""
        ours = FAMILY_NAMES.index(family)
        return Sides(
            [*self._facts(place, ours), *self._words(place, ours)],
            [
                *self._too_late(place, ours),
                *self._elsewhere(place, ours),
                *self._harmless(place, ours),
            ][:MOST],
        )

    def _links(self, instances: Instances, place: int, family: int) -> npt.NDArray[np.int64]:
        here = np.arange(instances.offsets[place], instances.offsets[place + 1])
        family_of = FAMILY_OF[instances.cause]
        return here[family_of[instances.channel[here]] == family]

    def _facts(self, place: int, family: int) -> Iterator[dict[str, Any]]:
        here = self._links(self.answer.context, place, family)
        for link in self._best(self.answer.context, here, self._worth(here)):
            part = {"part": round(float(self.part[link]), 3)}
            yield (
                self._told(self.answer.context, place, link, "fact")
                | part
                | ({"match": self._category(link)} if self.match[link] >= MUCH else {})
            )

    def _worth(self, here: npt.NDArray[np.int64]) -> Floats:
        """The part in the fall of each of these links of one account; 0 of what is not worth naming."""
        part = self.part[here]
        _names, alike = np.unique(self.answer.context.channel[here], return_inverse=True)
        together = np.bincount(alike, part, len(_names))
        most = np.zeros(len(_names))
        np.maximum.at(most, alike, part)
        counts = (together[alike] >= LEAST_PART) & (part >= OF_THE_BEST * most[alike])
        return np.where((part >= LEAST_PART) | counts, part, 0.0)

    def _words(self, place: int, family: int) -> Iterator[dict[str, Any]]:
        here = self._links(self.answer.words, place, family)
        for link in self._best(
            self.answer.words, here, self.answer.words.weight[self.answer.words.channel[here]], 2
        ):
            yield self._told(self.answer.words, place, link, "words")

    def _too_late(self, place: int, family: int) -> Iterator[dict[str, Any]]:
        """What happened only after the fall began."""
        here = self._links(self.answer.context, place, family)
        late = here[self.answer.context.since[here] > self.answer.fell_on[place] + LATE_DAYS]
        for link in self._best(self.answer.context, late, self.answer.context.strength[late], 1):
            yield self._told(self.answer.context, place, link, "too_late")

    def _elsewhere(self, place: int, family: int) -> Iterator[dict[str, Any]]:
        """What concerns a category that did not fall more than others."""
        here = self._links(self.answer.context, place, family)
        here = here[(self.size[here] > 0) & (self.match[here] <= LITTLE)]
        for link in self._best(self.answer.context, here, self.size[here], 1):
            found = self._told(self.answer.context, place, link, "elsewhere")
            yield found | {"match": self._category(link)}

    def _harmless(self, place: int, family: int) -> Iterator[dict[str, Any]]:
        """That others with such facts hardly fell more often."""
        here = self._links(self.answer.context, place, family)
        here = here[self.size[here] > 0]
        if not len(here):
            return
        rates = self.answer.rates
        channels = np.unique(self.answer.context.channel[here])
        if rates.rate[channels].max() < FEW_FALL * rates.background:
            text = Text(
                gettext_noop(
                    "Accounts with such facts hardly fall more often than others: {falls} falls in "
                    "{years} account-years."
                ),
                {
                    "falls": round(float(rates.falls[channels].sum()), 1),
                    "years": round(float(rates.exposed_years[channels].sum()), 1),
                },
            )
            yield {"kind": "harmless", "text": text.to_json(), "rows": []}

    def _best(
        self, of: Instances, here: npt.NDArray[np.int64], worth: Floats, most: int = MOST
    ) -> list[int]:
        """The weightiest links, each instance once and each signal twice at most: a hundred late
        deliveries are no hundred reasons."""
        found: list[int] = []
        seen: set[int] = set()
        times: Counter[str] = Counter()
        for place in np.argsort(-worth, kind="stable"):
            link, row = int(here[place]), int(of.row[here[place]])
            name = self.names[row]
            if worth[place] <= 0 or row in seen or times[name] >= EACH:
                continue
            seen.add(row)
            times[name] += 1
            found.append(link)
            if len(found) == most:
                break
        return found

    def _category(self, link: int) -> str | None:
        return self.category[self.answer.context.row[link]]

    def _told(self, of: Instances, place: int, link: int, kind: str) -> dict[str, Any]:
        row = int(of.row[link])
        name = self.names[row]
        data = json.loads(self.data[row])
        text = Text(self.catalogue[name].wording_of(data), data)
        on = EPOCH + timedelta(days=int(of.since[link]))
        weeks = round((int(self.answer.fell_on[place]) - int(of.since[link])) / 7)
        return {
            "kind": kind,
            "signal": name,
            "text": text.to_json(),
            "on": str(on),
            "weeks_before": weeks,
            "rows": json.loads(self.rows[row]),
        } | ({"category": self.category[row]} if self.category[row] else {})
