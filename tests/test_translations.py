"""Every text is in every language, says what it is given, and is written by the rules of the glossary."""

from __future__ import annotations

import ast
import re
import string
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import polib
import pytest
from catalogues import LANGUAGES, SOURCES, Key, calls, catalogue, collected, key_of
from django.test import Client

MAIN = "from mainstay.cli.main import main; main()"
HAN = "\u3400-\u9fff\uf900-\ufaff"
KINDS_OF_PLACE = {
    "brace": lambda text: sorted(
        name for _, name, _, _ in string.Formatter().parse(text) if name is not None
    ),
    "percent": lambda text: sorted(re.findall(r"%\(\w+\)[sdf]", text)),
    "markup": lambda text: sorted(re.findall(r"<[^>]+>", text)),
    "code": lambda text: sorted(re.findall(r"`[^`]+`|--[a-z][a-z-]+", text)),
}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def texts(language: str) -> polib.POFile:
    return catalogue(language)


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def is_format(entry: polib.POEntry) -> bool:
    return (entry.msgctxt or "").startswith("date format")


def test_every_text_is_translated(texts: polib.POFile) -> None:
    assert [entry.msgid for entry in texts if not all(said(entry))] == []
    assert [entry.msgid for entry in texts if entry.fuzzy or entry.obsolete] == []


def test_the_catalogue_has_the_texts_of_the_sources_and_no_others(texts: polib.POFile) -> None:
    found = collected().texts
    known = {key_of(entry) for entry in texts}
    assert len(found) > 500
    missing = {key.singular: where for key, where in found.items() if key not in known}
    assert missing == {}, "run `make messages` and translate these"
    assert {key.singular for key in known - set(found)} == set(), "run `make messages`"


# Hands on states that the desk marks; test_the_command_line_has_the_desks_states holds it to them.
HAND_ON = {"cli/context.py", "desk/cases/words.py", "desk/reviews/words.py"}


def test_every_marked_text_is_written_out() -> None:
    """A text that is put together, or comes in a variable, would never reach the translators."""
    unwritten = collected().unwritten
    assert {where: found for where, found in unwritten.items() if where not in HAND_ON} == {}


def errors_of_ours() -> set[str]:
    """The names of MainstayError and all its children, by the words of the sources."""
    children: dict[str, set[str]] = {}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    children.setdefault(ast.unparse(base).split(".")[-1], set()).add(node.name)
    names, new = {"MainstayError"}, {"MainstayError"}
    while new:
        new = set().union(*(children.get(name, set()) for name in new)) - names
        names |= new
    return names


def test_no_sentence_reaches_a_reader_unmarked() -> None:
    speaking = errors_of_ours() | {"Text", "say", "say_error"}
    assert len(speaking) > 6
    found = {}
    for path in SOURCES.rglob("*.py"):
        for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            first = call.args[0] if call.args else None
            if name in speaking and isinstance(first, ast.Constant | ast.JoinedStr):
                found[f"{path.relative_to(SOURCES)}:{call.lineno}"] = ast.unparse(first)
    assert found == {}, "wrap these in gettext_noop"


def test_every_place_is_kept(texts: polib.POFile) -> None:
    wrong = {}
    for entry in texts:
        wanted = entry.msgid_plural or entry.msgid
        for text in said(entry):
            for kind, places in KINDS_OF_PLACE.items():
                if places(text) != places(wanted):
                    wrong[entry.msgid] = (kind, text)
    assert wrong == {}


def test_a_lost_place_would_be_noticed() -> None:
    assert KINDS_OF_PLACE["brace"]("{a} and {b}") == ["a", "b"]
    assert KINDS_OF_PLACE["percent"]("%(b)s of %(a)s, 80%%") == ["%(a)s", "%(b)s"]
    assert KINDS_OF_PLACE["markup"]('<a href="%(h)s">x</a>') == ["</a>", '<a href="%(h)s">']


def test_the_same_space_around_a_sentence(texts: polib.POFile) -> None:
    for entry in texts:
        for text in said(entry):
            if not (entry.msgctxt or "").startswith("between two"):
                assert text == text.strip(), entry.msgid
            assert "\n" not in text, entry.msgid
            assert "  " not in text, entry.msgid


CHINESE_RULES = {
    "a space between Chinese and Latin or a place": rf"[{HAN}](?:[A-Za-z0-9{{]|%\()|[A-Za-z0-9}}][{HAN}]|%\(\w+\)[sd][{HAN}]",
    "full-width punctuation": rf"[{HAN}][,;:!?]|[{HAN}]\.(?!\w)|[{HAN}]\(|\)[{HAN}]",
    "no space beside full-width punctuation": r" [，。；：！？、）」]|[，。；：！？、（「] ",
    "an ellipsis is one character": r"\.\.\.",
}


@pytest.mark.parametrize("chinese", ["zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("rule", CHINESE_RULES)
def test_chinese_is_written_by_one_rule(chinese: str, rule: str) -> None:
    # HTML stands between a text's own letters, and says nothing to the reader.
    broken = [
        text
        for entry in catalogue(chinese)
        if not is_format(entry)
        for text in said(entry)
        if re.search(CHINESE_RULES[rule], re.sub(r"<[^>]+>|--map \S+", "", text))
    ]
    assert broken == []


# Words that give away a text that was converted letter by letter, or belongs to the other country.
FOREIGN = {
    "zh_Hant": "資訊庫|數據|加載|默認|“|”|[这们个为务单户货订购应该现发数据导载质运]",
    "zh_Hans": "档案|预设|程式|伺服|登入|汇入|汇出|资料夹|位元|网路|「|」|[這們個為務單戶貨訂購應該現發數據導載質運資]",
    "ko": "“|”|[\u4e00-\u9fff]|고객사|세요",
}


def test_words_of_the_own_country(language: str, texts: polib.POFile) -> None:
    pattern = re.compile(FOREIGN[language])
    wrong = [text for entry in texts for text in said(entry) if pattern.search(text)]
    assert wrong == []


# Every Chinese character of a text belongs to the standard of its country; these few, of names, need not.
CHARACTERS = {"zh_Hans": "gb2312", "zh_Hant": "big5"}
OF_NAMES = ""


@pytest.mark.parametrize("chinese", CHARACTERS)
def test_characters_of_the_own_country(chinese: str) -> None:
    strange = {}
    for entry in catalogue(chinese):
        for text in said(entry):
            found = set(re.findall(f"[{HAN}]", text)) - set(OF_NAMES)
            foreign = {one for one in found if not one.encode(CHARACTERS[chinese], "ignore")}
            if foreign:
                strange[text] = foreign
    assert strange == {}


# The glossary's words in sentences: where the English says the one, the translation says the other.
WORDS = {
    "core accounts?|key accounts?": ("客戶", "客户", "핵심 고객"),
    "(?<!core )(?<!key )account": ("客戶", "客户", "거래처"),
    "(?<!core )(?<!key )accounts": ("客戶", "客户", "거래처"),
    "order lines": ("訂單明細", "订单明细", "주문 내역"),
    "slipping": ("下滑", "下滑", "감소"),
    "tax number": ("統一編號", "税号", "사업자등록번호"),
    "tier": ("級", "级", "등급"),
}
# A reader of Chinese or Korean would leave the word out here.
WITHOUT_THE_WORD = {
    "Account since",
    "Account's segment",
    "Tier {tier}, buys regularly, an account for {tenure_weeks} weeks.",
    "Tier {tier}, does not buy regularly, an account for {tenure_weeks} weeks.",
}


def test_the_same_word_for_the_same_thing(language: str, texts: polib.POFile) -> None:
    place = ("zh_Hant", "zh_Hans", "ko").index(language)
    wrong = {}
    for entry in texts:
        if entry.msgid in WITHOUT_THE_WORD:
            continue
        english = re.sub(r"[{(]\w+[})]", " ", entry.msgid_plural or entry.msgid).lower()
        for word, wanted in WORDS.items():
            if not re.search(rf"(?<![\w-])(?:{word})(?![\w-])", english):
                continue
            if not any(wanted[place] in text for text in said(entry)):
                wrong[entry.msgid] = (word, said(entry))
    assert wrong == {}


def test_headers_say_whose_they_are(language: str, texts: polib.POFile) -> None:
    about = texts.metadata
    assert about["Language"] == language
    assert about["Project-Id-Version"] == "Mainstay"
    assert about["Plural-Forms"] == "nplurals=1; plural=0;"
    assert "Apache-2.0" in texts.header
    whole = texts.header + " ".join(about.values())
    assert re.search(r"YEAR|PACKAGE|FULL NAME|EMAIL@|FIRST AUTHOR|LANGUAGE|fuzzy", whole) is None


def test_the_test_sees_what_is_missing() -> None:
    """The collection finds each kind of mark."""
    found = set(collected().texts)
    assert Key(None, "Save") in found  # a template's translate
    assert Key("navigation", "Accounts") in found  # with a context
    assert any(key.plural for key in found)  # a template's blocktranslate with a count
    assert any("{silent_days}" in key.singular for key in found)  # the engine's


# What a director reads on the page of one account, in each language.
PAGES: dict[str, dict[str, Any]] = {
    "en": {"lang": "en", "shown": ["18 Dec 2025", "€184k", "€96k", "Late", "At risk"]},
    "zh-hant": {
        "lang": "zh-hant",
        "shown": ["2025年12月18日", "€18.4萬", "€9.6萬", "逾期未下單", "風險金額"],
    },
    "zh-hans": {
        "lang": "zh-hans",
        "shown": ["2025年12月18日", "€18.4万", "€9.6万", "逾期未下单", "风险金额"],
    },
    "ko": {
        "lang": "ko",
        "shown": ["2025년 12월 18일", "€18.4만", "€9.6만", "주문 지연", "위험 금액"],
    },
}


@pytest.fixture
def director(db: None) -> Client:
    people = people_and_accounts.people()
    people_and_accounts.show(people_and_accounts.assessment())
    client = Client()
    client.force_login(
        people["dora"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.mark.parametrize("reader", PAGES)
def test_pages_speak_and_count_as_the_reader_does(director: Client, reader: str) -> None:
    assert date(2025, 12, 18) == people_and_accounts.accounts()["last_order_on"][0].as_py()
    answer = director.get("/account/A100/", headers={"accept-language": reader})
    page = answer.content.decode()
    assert f'<html lang="{PAGES[reader]["lang"]}"' in page
    for shown in PAGES[reader]["shown"]:
        assert shown in page, shown
    for other, says in PAGES.items():
        if other != reader:
            strange = [word for word in says["shown"] if word not in PAGES[reader]["shown"]]
            assert not [word for word in strange if word in page]


@pytest.mark.parametrize(
    ("wish", "lang"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-SG", "zh-hans"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("de-DE,de;q=0.9", "en"),
    ],
)
def test_browsers_get_the_language_of_their_country(db: None, wish: str, lang: str) -> None:
    page = Client().get("/accounts/login/", headers={"accept-language": wish}).content.decode()
    assert f'<html lang="{lang}"' in page


@pytest.mark.parametrize("reader", PAGES)
def test_numbers_are_grouped_in_every_language(reader: str) -> None:
    from django.utils import translation
    from django.utils.formats import date_format, number_format

    with translation.override(reader):
        assert number_format(1234567.5, 2, use_l10n=True) == "1,234,567.50"
        assert date_format(date(2011, 9, 9), "SHORT_DATE_FORMAT") == "2011-09-09"


@pytest.mark.parametrize(
    ("environment", "folders"),
    [
        ({"LANG": "zh_TW.UTF-8"}, ["zh_Hant"]),
        ({"LANG": "zh_HK"}, ["zh_Hant"]),
        ({"LANG": "zh_CN.UTF-8"}, ["zh_Hans"]),
        ({"LANG": "ko_KR.UTF-8"}, ["ko_KR", "ko"]),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, ["ko_KR", "ko"]),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "ko"}, ["ko", "ko", "de_DE", "de"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "ko"}, []),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "C"}, []),
    ],
)
def test_the_command_line_speaks_as_the_environment_says(
    environment: dict[str, str], folders: list[str]
) -> None:
    from mainstay.cli.context import languages

    assert languages(environment) == folders


def test_the_command_line_has_the_desks_states() -> None:
    from django.utils import translation

    from mainstay.cli.context import STATES
    from mainstay.desk.accounts.words import STATES as OF_THE_DESK

    with translation.override("en"):
        assert {code: str(word) for code, word in OF_THE_DESK.items()} == STATES


def test_a_command_tells_its_errors_in_the_readers_language(
    tmp_path: Path, python: str, python_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [python, "-c", MAIN, "--home", str(tmp_path), "import", "nowhere.csv"],
        env={**python_environment, "LC_ALL": "zh_TW.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.strip() == "找不到檔案「nowhere.csv」：請檢查檔名與資料夾。"
    assert done.returncode == 1
