"""What people call kinds of complaints there, and languages as Tryton writes them."""

from __future__ import annotations

from mainstay.ledger.choice_words import said_as

KINDS = ("question", "quality", "delivery", "service", "invoice", "conduct")
_WITHIN = {
    "delivery": (
        "deliver",
        "shipment",
        "shipping",
        "late",
        "missing",
        "交貨",
        "送貨",
        "交货",
        "送货",
        "배송",
        "납기",
    ),
    "invoice": ("invoice", "price", "billing", "發票", "帳單", "发票", "账单", "청구", "계산서"),
    "quality": (
        "quality",
        "defect",
        "damage",
        "broken",
        "return",
        "品質",
        "瑕疵",
        "质量",
        "缺陷",
        "품질",
        "불량",
    ),
    "service": ("service", "support", "服務", "售後", "服务", "售后", "서비스"),
    "question": ("question", "inquiry", "詢問", "询问", "문의"),
}
_LANGUAGES = {
    "zh_TW": "zh_hant",
    "zh_HK": "zh_hant",
    "zh_CN": "zh_hans",
    "zh": "zh_hans",
    "ko": "ko",
    "en": "en",
}


def complaint_kind(name: str | None, origin: str) -> str:
    """The kind that a complaint's type means by its name; of one about an invoice: invoice; else other."""
    said = (name or "").strip().lower()
    for kind in KINDS:
        if said.replace(" ", "_") in said_as(kind):
            return kind
    for kind, words in _WITHIN.items():
        if any(word in said for word in words):
            return kind
    return "invoice" if origin.startswith("account.invoice") else "other"


def language(code: str | None) -> str | None:
    """en, zh_hant, zh_hans or ko; None for any other."""
    return _LANGUAGES.get(code or "") or _LANGUAGES.get((code or "").split("_")[0])
