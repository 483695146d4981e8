"""One family of errors: what happened, where, and what to do about it, in one clear sentence."""

from __future__ import annotations

from typing import Any

from mainstay.core.texts import Text


class MainstayError(Exception):
    """An error that a user can understand and mend.

    template: English sentence with {named} places, marked with `gettext_noop` where it is written
    data: what belongs in the places
    `code` names the kind for machines; it never changes once published.
    """

    code = "error"

    def __init__(self, template: str, **data: Any) -> None:
        self.text = Text(template, data)
        super().__init__(template)

    def __str__(self) -> str:
        return str(self.text)

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.text.data)


class UnreadableFile(MainstayError):
    """A file that can't be read as what its name or the user says it is."""

    code = "unreadable_file"


class MappingNeeded(MainstayError):
    """The headings do not say which column is which; `data` names what is missing."""

    code = "mapping_needed"


class InvalidHistory(MainstayError):
    """Accounts whose history breaks a rule of a model."""

    code = "invalid_history"


class FitError(MainstayError):
    """A model that can't be fitted to these data; says what to try."""

    code = "fit_error"


class StoreError(MainstayError):
    """The order store is not as it must be, or is somebody else's at this moment."""

    code = "store_error"


class NotFound(MainstayError):
    """What was asked for is not there."""

    code = "not_found"


class InvalidSetting(MainstayError):
    """A setting, option or argument with a value that can't be used."""

    code = "invalid_setting"
