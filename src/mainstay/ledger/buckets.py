"""Which bucket an account's lines lie in: the same everywhere, for ever.

bucket = first byte of md5(account_id in UTF-8) mod N, N a power of 2 ≤ 256. DuckDB's and pyarrow's
own hashes are quicker, but nobody promises that they stay the same.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

SMALL, LARGE = 16, 64
SMALL_UP_TO_LINES = 15_000_000


def bucket_of(account_id: str, buckets: int) -> int:
    """The bucket of one account, 0 ≤ bucket < buckets."""
    digest = hashlib.md5(account_id.encode(), usedforsecurity=False).digest()
    return digest[0] % buckets


def buckets_of(account_ids: pa.Array, buckets: int) -> pa.Array:
    """The bucket of each account: int32 array of the same length."""
    words = account_ids.dictionary_encode()
    of_word = [bucket_of(word, buckets) for word in words.dictionary.to_pylist()]
    return pa.array(of_word, pa.int32()).take(words.indices)


def duckdb_expression(column: str, buckets: int) -> str:
    """The same in DuckDB, whose md5_number_upper is the first eight bytes, little-endian."""
    return f"CAST(md5_number_upper({column}) % {buckets} AS INTEGER)"


def spark_expression(column: str, buckets: int) -> str:
    """The same in Spark SQL."""
    return f"CAST(conv(substr(md5({column}), 1, 2), 16, 10) AS INT) % {buckets}"


def checked(buckets: int) -> int:
    """The number of buckets, if it is one that can be.

    Raises: InvalidSetting
    """
    if not 1 <= buckets <= 256 or buckets & (buckets - 1):
        raise InvalidSetting(
            gettext_noop("{buckets} buckets can't be: it must be a power of 2 up to 256."),
            buckets=buckets,
        )
    return buckets


def for_lines(lines: int) -> int:
    """How many buckets suit a store with that many order lines."""
    return SMALL if lines <= SMALL_UP_TO_LINES else LARGE
