"""What a column that tells a kind is headed: “kind” alone, or what it is the kind of."""

from __future__ import annotations

Words = tuple[str, str, str, str]

_KIND: Words = (
    "kind;type;category;class",
    "類型;種類;類別;分類",
    "类型;种类;类别;分类",
    "구분;유형;종류;분류",
)


def kind_of(english: str, traditional: str, simplified: str, korean: str) -> Words:
    """The words of a column `kind`, by language."""
    return (
        f"{_KIND[0]};{english}",
        f"{_KIND[1]};{traditional}",
        f"{_KIND[2]};{simplified}",
        f"{_KIND[3]};{korean}",
    )
