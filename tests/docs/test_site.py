"""The documentation as a site: it builds, holds nothing from elsewhere, and what is generated is new."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import commands_page
import licences
import pictures
import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_has_every_page_in_four_languages(site: Path) -> None:
    pages = {
        p.relative_to(DOCS).with_suffix(".html") for p in DOCS.rglob("*.md") if "." not in p.stem
    }
    assert len(pages) > 30
    for language in ("", "zh-Hant", "zh-Hans", "ko"):
        assert {page for page in pages if not (site / language / page).exists()} == set()
    assert '<html lang="zh-Hant"' in (site / "zh-Hant" / "index.html").read_text("utf-8")
    assert '<html lang="ko"' in (site / "ko" / "index.html").read_text("utf-8")


def test_reading_it_asks_nobody_else_for_anything(site: Path) -> None:
    asked = re.compile(r'(?:src|srcset)="(?:https?:)?//[^"]*"|<link[^>]+href="(?:https?:)?//[^"]*"')
    found = {page.name: asked.findall(page.read_text("utf-8")) for page in site.rglob("*.html")}
    assert {name: links for name, links in found.items() if links} == {}


def test_every_command_is_on_its_page_as_it_is() -> None:
    assert commands_page.PAGE.read_text("utf-8") == commands_page.page(), "run `make reference`"


def test_every_library_is_listed_and_its_licence_goes_with_ours() -> None:
    page = licences.PAGE.read_text("utf-8")
    told = licences.rows()
    assert licences.unfitting(told) == []
    missing = [n for some in told.values() for n in some if f"| {n} |" not in page]
    assert missing == [], "run `make licences`"


def test_every_picture_is_used_and_small() -> None:
    used: set[str] = set()
    for page in DOCS.rglob("*.md"):
        used |= set(re.findall(r"pictures/([\w-]+)\.webp", page.read_text("utf-8")))
    there = {file.stem: file.stat().st_size for file in pictures.FOLDER.iterdir()}
    assert set(there) == used == set(pictures.PICTURES)
    assert {name: size for name, size in there.items() if size >= pictures.MOST_BYTES} == {}
    assert len(there) <= 20
