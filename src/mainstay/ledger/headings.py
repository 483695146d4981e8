"""Which column a heading means, in English, Chinese and Korean."""

from __future__ import annotations

import re
import unicodedata

WORDS: dict[str, str] = {
    "account_id": "account_id account customer_id customer customer_no customer_code client_id",
    "ordered_on": "ordered_on invoice_date order_date date",
    "amount": "amount net_amount net_sales sales revenue",
    "order_id": "order_id invoice order_no invoice_no",
    "product_id": "product_id stock_code sku item_no",
    "product_name": "product_name description product",
    "quantity": "quantity qty",
    "unit_price": "unit_price price",
    "accounts.country": "country",
}


def plain(heading: str) -> str:
    """A heading without case, width, spaces and signs."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\W_]+", "", text)


def recognise(heading: str) -> str | None:
    for column, words in WORDS.items():
        if plain(heading) in {plain(word) for word in words.split()}:
            return column
    return None
