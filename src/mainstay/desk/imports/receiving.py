"""Files as they come over the line: streamed to disk, and no more of them than is allowed."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

TOO_LARGE, NO_SPACE = "mainstay.upload_too_large", "mainstay.upload_no_space"
LONGEST_NAME = 120  # bytes, without the ending
# Neither folders nor patterns: file names are handed to readers that know patterns.
_PLAIN = re.compile(r"[^\w .()+,=@&\-]+")


class StreamToDisk(TemporaryFileUploadHandler):
    """Writes to Home.uploads as the bytes come; what is too much is read to its end and dropped.

    The view finds out by `request.META`, since answering before the end would break the line.
    most: bytes of one request; None = as it is set
    """

    most: int | None = None

    def handle_raw_input(self, input_data: Any, META: Any, *args: Any, **kwargs: Any) -> None:
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > (self.most or settings.UPLOAD_BYTES):
            self._stop(TOO_LARGE)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._stop(NO_SPACE)

    def _stop(self, why: str) -> None:
        if self.request is not None:
            self.request.META[why] = True
        self.upload_interrupted()
        raise StopUpload(connection_reset=False)


def move(file: UploadedFile, target: Any) -> None:
    """The temporary file lies on the same disk: a move, however large it is."""
    temporary = getattr(file, "temporary_file_path", None)
    if temporary:
        try:
            os.link(temporary(), target)
        except OSError:  # a disk without links
            shutil.copyfile(temporary(), target)
        return
    with target.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)


def safe_name(name: str) -> str:
    """A name that is only a name, wherever it goes: letters of any script, digits, a few signs."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = _PLAIN.sub("_", text).strip(" .-_")
    stem, ending = os.path.splitext(text)
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    return (stem or "file") + ending.encode()[:12].decode(errors="ignore")
