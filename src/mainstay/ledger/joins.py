"""Several codes of one dealer as one account: joined when lines are read, never in the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.pieces import Piece, sort_together


@dataclass(frozen=True)
class Joins:
    """Which code stands for which account.

    main: from a code to the account that it belongs to, followed to the end
    """

    main: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table, moved: Mapping[str, str] | None = None) -> Joins:
        """From the table account_joins (latest row of each code; into_id empty = taken back).

        moved: by code, into which the table of accounts says that it was merged or moved; what users
            answered of a code comes before it
        A ring of codes joined into each other stands for its least code.
        """
        step = dict(moved or {})
        for row in table.select(["account_id", "into_id"]).to_pylist():
            step[row["account_id"]] = row["into_id"]
        step = {code: into for code, into in step.items() if into and into != code}
        return cls({code: end for code in step if (end := last_of(step, code)) != code})

    def __bool__(self) -> bool:
        return bool(self.main)

    def main_of(self, account_id: str) -> str:
        return self.main.get(account_id, account_id)

    def codes_of(self, accounts: Iterable[str]) -> set[str]:
        """All codes under which lines of these accounts may stand."""
        wanted = {self.main_of(a) for a in accounts}
        return wanted | {code for code, main in self.main.items() if main in wanted}

    def touched(self, account_ids: pa.StringArray) -> npt.NDArray[np.bool_] | None:
        """Which of these codes are part of a join; None if none can be."""
        if not self.main:
            return None
        parts = pa.array(sorted(set(self.main) | set(self.main.values())), pa.string())
        return pc.is_in(account_ids, value_set=parts).to_numpy(zero_copy_only=False)

    def merged(self, pieces: list[Piece]) -> Piece:
        """Lines of joined codes, from all buckets, under their accounts, sorted."""
        renamed = []
        for piece in pieces:
            names = [self.main_of(word) for word in piece.names["account_id"].to_pylist()]
            encoded = pa.array(names, pa.string()).dictionary_encode()
            codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
            piece.account = codes[piece.account]
            piece.names = {**piece.names, "account_id": encoded.dictionary}
            renamed.append(piece)
        return sort_together(renamed)


def last_of(step: Mapping[str, str], code: str) -> str:
    """Where the steps from a code end; of a ring, its least code."""
    seen = [code]
    while (into := step.get(seen[-1])) is not None:
        if into in seen:
            return min(seen[seen.index(into) :])
        seen.append(into)
    return seen[-1]
