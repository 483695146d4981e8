"""Which encoding a text file is in, when nobody says it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The most frequent letters of each language, and those of trade: in the wrong encoding a text is
# made of rare ones.
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "客户编号名称订单日期金额数量单价销售产品品名规格货币类别备注省市区公司有限贸易商店经理地址电话北京上海"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
    "日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政"
    "美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員"
    "解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件"
    "客戶編號代號名稱訂單日期金額數量單價銷售產品品名規格幣別類別備註縣市區公司有限貿易商店經理地址電話臺北台灣高雄"
)
_MOST_BAD = 0.05  # of the lines that are not ASCII, in the right encoding of a file


_HALF = 0.5


def _is_kana(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff"


def _likely(encoding: str) -> frozenset[str]:
    if encoding == "cp949":
        words = (bytes((a, b)) for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF))
        return frozenset(word.decode("euc_kr") for word in words)
    if encoding == "cp932":
        common = {c for c in _TRADITIONAL + _SIMPLIFIED if _encodes(c, "cp932")}
        return frozenset(common | {chr(c) for c in range(0x3041, 0x30FD)})
    return frozenset(_SIMPLIFIED if encoding == "gb18030" else _TRADITIONAL)


def _encodes(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def share_bad(lines: Iterable[bytes], encoding: str) -> float:
    """The share of lines that the encoding can't read."""
    lines = list(lines)
    return sum(not decodes(line, encoding) for line in lines) / max(len(lines), 1)


def _score(lines: list[bytes], encoding: str) -> float:
    """How much of what is not ASCII is likely in the language of that encoding, 0 to 1."""
    text = "".join(line.decode(encoding, errors="ignore") for line in lines)
    strange = [letter for letter in text if letter > "\x7f" and not _neutral(letter)]
    if not strange:
        return 0.0
    likely = _likely(encoding)
    score = sum(letter in likely for letter in strange) / len(strange)
    if encoding == "cp932" and not any(_is_kana(letter) for letter in strange):
        score /= 2
    return score


def _neutral(letter: str) -> bool:
    """Full-width signs and digits say nothing about a language."""
    return "\uff01" <= letter <= "\uff5e" or "\u3000" <= letter <= "\u3011"


def detect_encoding(sample: bytes) -> str:
    """The name of the encoding, as Python knows it.

    sample: the start of a file, or lines of it that are not ASCII
    """
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    if (bare := _utf16_without_mark(sample)) is not None:
        return bare
    lines = [line for line in sample.split(b"\n")[:50_000] if not line.isascii()]
    if lines and b"\n" in sample and len(lines) > 1 and sample.endswith(lines[-1]):
        lines = lines[:-1]  # the sample may end within a letter
    if not lines or share_bad(lines, "utf-8") <= _MOST_BAD:
        return "utf-8"
    scored = [
        (_score(lines, name), name)
        for name in ("gb18030", "cp950", "cp949", "cp932")
        if share_bad(lines, name) <= _MOST_BAD
    ]
    best = max(scored, default=(0.0, ""))
    if best[0] >= 0.35:
        return "big5hkscs" if best[1] == "cp950" and share_bad(lines, "cp950") else best[1]
    if share_bad(lines, "utf-8") < 0.5:
        return "utf-8"  # mostly UTF-8: what is not, is set aside
    return _western(lines, best[1])


def other_encoding(sample: bytes, said: str) -> str | None:
    """The encoding that the start of a file is in, where it can't be in the one that was said.

    A few lines that can't be read are set aside one by one; here it is most of those that tell.
    """
    if said.replace("_", "-").startswith(("utf-16", "utf-32")):
        return None  # what is not in it is told while it is read
    lines = [line for line in sample.split(b"\n")[:50_000] if not line.isascii()]
    if not lines or share_bad(lines, said) <= _HALF:
        return None
    found = detect_encoding(sample)
    return None if found == said else found


def _utf16_without_mark(sample: bytes) -> str | None:
    start = sample[:4096]
    if len(start) < 4 or start.count(0) < len(start) // 4:
        return None
    even, odd = start[::2].count(0), start[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


_WESTERN = frozenset("äöüßÄÖÜéèêëàâçîïôûùÉÈÀÇáíóúñÁÍÓÚÑãõæøåÆØÅ€£§°–—’‘“”«»·ºªìòœ")


def _western(lines: list[bytes], otherwise: str) -> str:
    text = "".join(line.decode("cp1252", errors="ignore") for line in lines[:2000])
    strange = [letter for letter in text if letter > "\x7f"]
    if sum(letter in _WESTERN for letter in strange) >= 0.9 * len(strange):
        return "cp1252"
    from charset_normalizer import from_bytes

    wanted = [
        "cp1252",
        "latin_1",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "iso8859_2",
        "iso8859_15",
    ]
    best = from_bytes(b"\n".join(lines[:2000]), cp_isolation=wanted).best()
    if best is not None:
        return "cp1252" if best.encoding == "latin_1" else best.encoding
    return otherwise or "latin-1"


def known_encoding(name: str) -> str:
    """An encoding that a user names.

    Raises: InvalidSetting
    """
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InvalidSetting(
            gettext_noop(
                "There is no encoding “{encoding}”; known are utf-8, utf-16, gb18030, big5, cp949, shift_jis, latin-1 and others."
            ),
            encoding=name,
        ) from None
