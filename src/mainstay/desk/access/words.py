"""Words for what the record of events has as codes."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

VERBS = {
    "sign_in": pgettext_lazy("event", "signed in"),
    "sign_out": pgettext_lazy("event", "signed out"),
    "sign_in.refused": pgettext_lazy("event", "was refused: wrong name or password"),
    "sign_in.locked_out": pgettext_lazy("event", "was locked out after too many attempts"),
    "user.add": pgettext_lazy("event", "added a person"),
    "user.change": pgettext_lazy("event", "changed a person"),
    "user.switch_on": pgettext_lazy("event", "switched a person on"),
    "user.switch_off": pgettext_lazy("event", "switched a person off"),
    "user.reset_password": pgettext_lazy("event", "gave a one-time password"),
    "user.change_password": pgettext_lazy("event", "changed the own password"),
    "import.upload": pgettext_lazy("event", "brought files"),
    "import.forget": pgettext_lazy("event", "deleted files that were not loaded"),
    "import.download": pgettext_lazy("event", "downloaded rows set aside"),
    "job.plan": pgettext_lazy("event", "asked how files would be read"),
    "job.load": pgettext_lazy("event", "asked for files to be loaded"),
    "job.import": pgettext_lazy("event", "asked for an import"),
    "job.undo": pgettext_lazy("event", "asked to undo an import"),
    "job.assess": pgettext_lazy("event", "asked for an assessment"),
    "account.answer": pgettext_lazy("event", "answered on an account"),
    "account.same": pgettext_lazy("event", "said that two accounts are one"),
    "account.join": pgettext_lazy("event", "joined codes"),
    "account.keep_apart": pgettext_lazy("event", "kept codes apart"),
    "account.apart": pgettext_lazy("event", "took codes apart"),
    "account.group": pgettext_lazy("event", "put accounts into a buying group"),
    "view.save": pgettext_lazy("event", "kept a list"),
    "view.change": pgettext_lazy("event", "changed a kept list"),
    "view.remove": pgettext_lazy("event", "removed a kept list"),
    "accounts.download": pgettext_lazy("event", "downloaded a list"),
    "lines.download": pgettext_lazy("event", "downloaded order lines"),
    "job.tidy": pgettext_lazy("event", "tidied the order store"),
    "job.cancel": pgettext_lazy("event", "called work off"),
}


def verb(code: str) -> str:
    """What was done, in the reader's language; the code itself where it has no words yet."""
    return str(VERBS.get(code, code))
