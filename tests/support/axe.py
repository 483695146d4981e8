"""axe-core in a page under the desk's own content policy.

The policy forbids scripts that are added to a page, and evaluation in it. So axe runs in a world of its own beside
the page's scripts, which sees the same document and which the policy does not bind: nothing is switched off.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

GRAVE = ("serious", "critical")
_RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"


def grave(page: Any) -> list[str]:
    """What axe finds serious or critical in the page as it stands: rule, where, and why."""
    told = []
    for rule in json.loads(_violations(page)):
        if rule["impact"] in GRAVE:
            for node in rule["nodes"]:
                where = " ".join(str(target) for target in node["target"])
                told.append(f"{rule['id']}: {where}: {node['failureSummary']}")
    return told


def _violations(page: Any) -> str:
    browser = page.context.new_cdp_session(page)
    frame = browser.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = browser.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
    context = {"contextId": world["executionContextId"]}
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    browser.send("Runtime.evaluate", {"expression": source, **context})
    asked = {"expression": _RUN, "awaitPromise": True, "returnByValue": True, **context}
    answer = browser.send("Runtime.evaluate", asked)
    browser.detach()
    if "exceptionDetails" in answer:
        raise AssertionError(answer["exceptionDetails"])
    return str(answer["result"]["value"])
