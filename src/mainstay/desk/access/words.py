"""Words for what the record of events has as codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from mainstay.desk.accounts import words as account_words
from mainstay.desk.facts import words as facts

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
    "user.forget_second_factor": pgettext_lazy("event", "set back a second factor"),
    "user.identity": pgettext_lazy("event", "came by single sign-on for the first time"),
    "sign_in.wrong_code": pgettext_lazy("event", "gave a wrong code"),
    "session.end": pgettext_lazy("event", "ended sessions"),
    "api.read": pgettext_lazy("event", "had a program take a whole list"),
    "token.make": pgettext_lazy("event", "made a token for a program"),
    "token.revoke": pgettext_lazy("event", "revoked a token"),
    "assistant.call": pgettext_lazy("event", "had an assistant ask"),
    "assistant.draft": pgettext_lazy("event", "had an assistant draft a visit"),
    "assistant.write": pgettext_lazy("event", "had an assistant write down a visit"),
    "note.send": pgettext_lazy("event", "sent a note to have fields proposed"),
    "mfa.add": pgettext_lazy("event", "set up a second factor"),
    "mfa.remove": pgettext_lazy("event", "removed a second factor"),
    "mfa.codes": pgettext_lazy("event", "made new recovery codes"),
    "events.download": pgettext_lazy("event", "downloaded the record of events"),
    "import.upload": pgettext_lazy("event", "brought files"),
    "import.forget": pgettext_lazy("event", "deleted files that were not loaded"),
    "import.download": pgettext_lazy("event", "downloaded rows set aside"),
    "job.plan": pgettext_lazy("event", "asked how files would be read"),
    "job.load": pgettext_lazy("event", "asked for files to be loaded"),
    "job.import": pgettext_lazy("event", "asked for an import"),
    "job.undo": pgettext_lazy("event", "asked to undo an import"),
    "job.assess": pgettext_lazy("event", "asked for an assessment"),
    "job.replay": pgettext_lazy("event", "asked for the past to be replayed"),
    "settings.alerts": pgettext_lazy("event", "set how many warnings there are"),
    "settings.rhythm": pgettext_lazy("event", "set how often accounts are visited"),
    "job.allocate": pgettext_lazy("event", "asked for short stock to be allocated"),
    "job.approve_allocation": pgettext_lazy("event", "decided who gets short stock"),
    "allocation.approve": pgettext_lazy("event", "wrote down who gets short stock"),
    "designs.download": pgettext_lazy("event", "downloaded what was drawn in a trial"),
    "allocation.download": pgettext_lazy("event", "downloaded an allocation of short stock"),
    "delivery.download": pgettext_lazy("event", "downloaded how we deliver"),
    "quality.download": pgettext_lazy("event", "downloaded figures of quality"),
    "needs.download": pgettext_lazy("event", "downloaded figures of product needs"),
    "job.season": pgettext_lazy("event", "asked for a season to be forecast"),
    "season.download": pgettext_lazy("event", "downloaded a season's stock plan"),
    "seasons.download": pgettext_lazy("event", "downloaded what was agreed for seasons"),
    "trust.download": pgettext_lazy("event", "downloaded warnings of the past"),
    "causes.download": pgettext_lazy("event", "downloaded the causes of losses"),
    "keeping.download": pgettext_lazy("event", "downloaded what keeping is worth"),
    "learning.download": pgettext_lazy("event", "downloaded what was learnt"),
    "keeping.print": pgettext_lazy("event", "printed what keeping is worth"),
    "value.download": pgettext_lazy("event", "downloaded figures of value"),
    "winback.download": pgettext_lazy("event", "downloaded accounts that left or came back"),
    "account.answer": pgettext_lazy("event", "answered on an account"),
    "account.same": pgettext_lazy("event", "said that two accounts are one"),
    "account.move": pgettext_lazy(
        "event", "moved what people know of it to the account that it is part of"
    ),
    "account.move_back": pgettext_lazy("event", "brought home what people know of it"),
    "account.join": pgettext_lazy("event", "joined codes"),
    "account.keep_apart": pgettext_lazy("event", "kept codes apart"),
    "account.apart": pgettext_lazy("event", "took codes apart"),
    "account.group": pgettext_lazy("event", "put accounts into a buying group"),
    "view.save": pgettext_lazy("event", "kept a list"),
    "view.change": pgettext_lazy("event", "changed a kept list"),
    "view.remove": pgettext_lazy("event", "removed a kept list"),
    "accounts.download": pgettext_lazy("event", "downloaded a list"),
    "case_files.add": pgettext_lazy("event", "put a file to a case"),
    "case_files.download": pgettext_lazy("event", "downloaded a file of a case"),
    "case_files.remove": pgettext_lazy("event", "took a file of a case away"),
    "contacts.export": pgettext_lazy("event", "handed out what is known of a contact"),
    "contacts.erase": pgettext_lazy("event", "erased who a contact was"),
    "contacts.merge": pgettext_lazy("event", "made two contacts one"),
    "contacts.unmerge": pgettext_lazy("event", "took back that two contacts are one"),
    "handover.plan": pgettext_lazy("event", "planned a handover"),
    "handover.change": pgettext_lazy("event", "changed a handover"),
    "handover.introduce": pgettext_lazy("event", "noted an introduction"),
    "handover.finish": pgettext_lazy("event", "handed an account over"),
    "plan.print": pgettext_lazy("event", "printed an account plan"),
    "quarter.print": pgettext_lazy("event", "printed a quarterly review"),
    "plans.download": pgettext_lazy("event", "downloaded account plans"),
    "timeline.print": pgettext_lazy("event", "printed a timeline"),
    "contacts.view": pgettext_lazy("event", "looked at contacts"),
    "lines.download": pgettext_lazy("event", "downloaded order lines"),
    "complaints.word": pgettext_lazy("event", "said a word on a complaint"),
    "complaints.download": pgettext_lazy("event", "downloaded complaints"),
    "opinions.link": pgettext_lazy("event", "made a link to ask for an opinion"),
    "opinions.close": pgettext_lazy("event", "closed a link to an opinion"),
    "service.download": pgettext_lazy("event", "downloaded how we serve"),
    "reviews.survey": pgettext_lazy("event", "made a survey link"),
    "reviews.survey_close": pgettext_lazy("event", "closed a survey link"),
    "reviews.survey_answer": pgettext_lazy("event", "answered a survey"),
    "settings.digests": pgettext_lazy("event", "set how digests are sent"),
    "digest.set": pgettext_lazy("event", "set the own digest"),
    "digest.add_way": pgettext_lazy("event", "added a way for the own digest"),
    "digest.remove_way": pgettext_lazy("event", "removed a way of the own digest"),
    "digest.test": pgettext_lazy("event", "had a digest sent at once"),
    "digest.stop": pgettext_lazy("event", "ended the digest and the calendar of a person"),
    "calendar.add": pgettext_lazy("event", "made an address for the own calendar"),
    "calendar.renew": pgettext_lazy("event", "made a new address for the own calendar"),
    "calendar.revoke": pgettext_lazy("event", "revoked the address of the own calendar"),
    "webhook.add": pgettext_lazy("event", "added an endpoint of webhooks"),
    "webhook.change": pgettext_lazy("event", "changed an endpoint of webhooks"),
    "webhook.remove": pgettext_lazy("event", "removed an endpoint of webhooks"),
    "webhook.secret": pgettext_lazy("event", "made a new secret of webhooks"),
    "webhook.switch_on": pgettext_lazy("event", "switched webhooks on"),
    "webhook.switch_off": pgettext_lazy("event", "switched webhooks off"),
    "webhook.stop": pgettext_lazy("event", "switched off webhooks that failed for days"),
    "webhook.test": pgettext_lazy("event", "sent a test by webhook"),
    "webhook.replay": pgettext_lazy("event", "had webhooks sent again"),
    "settings.working_hours": pgettext_lazy("event", "set the working hours"),
    "settings.holidays": pgettext_lazy("event", "set the days off"),
    "job.clocks": pgettext_lazy("event", "had the clocks of complaints made anew"),
    "job.tidy": pgettext_lazy("event", "tidied the order store"),
    "job.nightly": pgettext_lazy("event", "began a nightly run"),
    "source.add": pgettext_lazy("event", "added a source"),
    "source.change": pgettext_lazy("event", "changed a source"),
    "source.remove": pgettext_lazy("event", "removed a source"),
    "settings.nightly": pgettext_lazy("event", "set the nightly run"),
    "job.cancel": pgettext_lazy("event", "called work off"),
}

# What was done to a row of a table from people, e.g. visits.add.
FACT_VERBS = {
    "add": pgettext_lazy("event", "wrote down"),
    "change": pgettext_lazy("event", "changed"),
    "withdraw": pgettext_lazy("event", "took back"),
}


def verb(code: str) -> str:
    """What was done, in the reader's language; the code itself where it has no words yet."""
    if code in VERBS:
        return str(VERBS[code])
    table, _, did = code.rpartition(".")
    return f"{FACT_VERBS[did]}: {facts.one(table)}" if did in FACT_VERBS else code


def done(event: Any) -> str:
    """What was done, with what was said where an account was answered on."""
    before, after = event.before or {}, event.after or {}
    if event.verb == "account.answer":
        match after.get("answer"):
            case "not_ours":
                return pgettext("event", "said that it is no account of ours")
            case "seasonal":
                said = pgettext("event", "said that it is seasonal and quiet until {day}")
                return said.format(day=account_words.day(after.get("back_on")))
        if before.get("answer") == "not_ours":
            return pgettext("event", "took back that it is no account of ours")
        return pgettext("event", "took back what was said of it")
    if event.verb == "account.same" and after.get("into_id"):
        said = pgettext("event", "said that it is the same as {id}")
        return said.format(id=after["into_id"])
    return verb(event.verb)


def about(event: Any) -> str:
    """Of what: an account also with its code."""
    if event.object_kind == "account" and event.object_id not in ("", event.label):
        return f"{event.label} ({event.object_id})" if event.label else event.object_id
    return str(event.label)
