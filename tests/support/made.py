"""Order lines that `mainstay.simulate` made, as kernels get them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mainstay.ledger.lines import KINDS, Lines


def lines_of(table: pa.Table) -> Lines:
    """The same lines, by account and day as they are made; all of them sales."""
    account = table["account_id"].combine_chunks().dictionary_encode()
    code = account.indices.to_numpy()
    return Lines(
        account_ids=account.dictionary,
        offsets=np.searchsorted(code, np.arange(len(account.dictionary) + 1)).astype(np.int64),
        day=table["ordered_on"].cast(pa.int32()).to_numpy(),
        amount=table["amount"].cast(pa.float64()).to_numpy(),
        codes={"kind": np.zeros(len(code), np.int32)},
        names={"kind": pa.array(KINDS)},
        values={},
    )
