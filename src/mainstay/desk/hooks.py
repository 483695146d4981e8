"""Who wants to be told, in the transaction in which something happens: the way from the desk to what stands
above it and may not be imported here, such as webhooks.

    listen(RECORDED, follow)    # once, when the application is ready
    tell(RECORDED, event)       # where it happens

What a listener writes stands or falls with what happened.
"""

from __future__ import annotations

from collections.abc import Callable

RECORDED = "recorded"  # a row of the record of events: (Event)
PUBLISHED = "published"  # the pages switch assessments: (the one before or None, the new one)

_listeners: dict[str, list[Callable[..., object]]] = {}


def listen(what: str, function: Callable[..., object]) -> None:
    known = _listeners.setdefault(what, [])
    if function not in known:
        known.append(function)


def tell(what: str, *about: object) -> None:
    for function in _listeners.get(what, ()):
        function(*about)
