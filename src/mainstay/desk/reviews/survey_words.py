"""What a survey asks, as somebody of the account reads it: each reason with the cause that it stands for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

NAMES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文", "ko": "한국어"}

_LEFT: dict[str, Any] = {
    "delivery.late": pgettext_lazy("survey", "Deliveries came late"),
    "delivery.short": pgettext_lazy("survey", "Deliveries were incomplete"),
    "delivery.stock_out": pgettext_lazy("survey", "The goods were not in stock"),
    "product.quality": pgettext_lazy("survey", "The quality of the products"),
    "product.fit": pgettext_lazy("survey", "The products do not fit our need"),
    "service.complaint_unsolved": pgettext_lazy("survey", "A complaint was not solved"),
    "service.service_slow": pgettext_lazy("survey", "The service was slow"),
    "courtesy.slow_answers": pgettext_lazy("survey", "Answers came slowly"),
    "courtesy.discourtesy": pgettext_lazy("survey", "How we were treated"),
    "drift.no_contact": pgettext_lazy("survey", "Nobody was in touch with us"),
    "people.manager_left": pgettext_lazy("survey", "The person we worked with left"),
    "money.price_rise": pgettext_lazy("survey", "The prices"),
    "money.promise_broken": pgettext_lazy("survey", "A promise or rebate was not kept"),
    "money.harsh_terms": pgettext_lazy("survey", "The terms: payment, minimum order and the like"),
    "money.unbalanced": pgettext_lazy("survey", "Larger companies were given preference"),
    "competitor.price": pgettext_lazy("survey", "Another supplier is cheaper"),
    "competitor.product": pgettext_lazy("survey", "Another supplier has the better product"),
    "competitor.service": pgettext_lazy("survey", "Another supplier has the better service"),
    "own_business.shrank": pgettext_lazy("survey", "We need less ourselves"),
    "own_business.new_owner": pgettext_lazy("survey", "New people decide with us"),
    "own_business.chain_decision": pgettext_lazy("survey", "Our group or chain decided"),
    "unknown": pgettext_lazy("survey", "Something else"),
}
_CAME: dict[str, Any] = {
    "drift.no_contact": pgettext_lazy("survey", "Nobody was in touch with us"),
    "courtesy.slow_answers": pgettext_lazy("survey", "Answers came slowly"),
    "people.manager_left": pgettext_lazy("survey", "The person we worked with left"),
    "product.quality": pgettext_lazy("survey", "The quality of the products"),
    "product.fit": pgettext_lazy("survey", "The products do not fit our need"),
    "service.complaint_unsolved": pgettext_lazy("survey", "A complaint was not solved"),
    "delivery.late": pgettext_lazy("survey", "Deliveries came late"),
    "delivery.stock_out": pgettext_lazy("survey", "The goods were not in stock"),
    "money.price_rise": pgettext_lazy("survey", "The prices"),
    "money.promise_broken": pgettext_lazy("survey", "A promise or rebate was not kept"),
    "money.harsh_terms": pgettext_lazy("survey", "The terms: payment, minimum order and the like"),
    "competitor.price": pgettext_lazy("survey", "Your price is better"),
    "competitor.product": pgettext_lazy("survey", "Your product is better"),
    "competitor.service": pgettext_lazy("survey", "Your service is better"),
    "own_business.new_owner": pgettext_lazy("survey", "New people decide with us"),
    "unknown": pgettext_lazy("survey", "Something else"),
}
REASONS: dict[str, dict[str, Any]] = {
    "lost": _LEFT,
    "slipping": _LEFT,
    "healthy": {
        **_LEFT,
        "unknown": pgettext_lazy("survey", "Nothing of these, or something else"),
    },
    "new": _CAME,
}
_CALL = gettext_lazy("May somebody of our management call you about it?")
QUESTIONS: dict[str, tuple[Any, Any, Any, Any]] = {
    "lost": (
        gettext_lazy("What was the main reason why you buy less from us, or nothing any more?"),
        gettext_lazy("What happened? In your own words."),
        gettext_lazy("What would we have had to do differently?"),
        _CALL,
    ),
    "healthy": (
        gettext_lazy("What could make you buy elsewhere?"),
        gettext_lazy("What are you not content with? In your own words."),
        gettext_lazy("What should we do differently?"),
        _CALL,
    ),
    "new": (
        gettext_lazy("What was the main reason why you left your former supplier?"),
        gettext_lazy("What happened there? In your own words."),
        gettext_lazy("What would it have had to do differently?"),
        _CALL,
    ),
}
