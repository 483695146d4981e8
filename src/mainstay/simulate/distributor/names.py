"""Names of companies and people, as they are in each country."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Country:
    """code, share: of the accounts; currency, and one unit of it in euros; feasts: of
    `core.calendar`"""

    code: str
    share: float
    currency: str
    rate: float
    regions: tuple[str, ...]
    feasts: tuple[str, ...]


COUNTRIES = (
    Country("TW", 0.24, "TWD", 0.0290, ("台北", "台中", "高雄"), ("lunar_new_year", "mid_autumn")),
    Country("CN", 0.20, "CNY", 0.1290, ("华东", "华南", "华北"), ("lunar_new_year", "mid_autumn")),
    Country("KR", 0.15, "KRW", 0.00068, ("서울", "부산"), ("lunar_new_year", "mid_autumn")),
    Country("GB", 0.15, "GBP", 1.17, ("North", "South"), ("easter",)),
    Country("US", 0.10, "USD", 0.92, ("East", "West"), ()),
    Country("DE", 0.16, "EUR", 1.0, ("Nord", "Süd"), ("easter",)),
)
SEGMENTS = ("dealer", "chain", "factory", "shop", "contractor")
RIVALS = ("Brandt & Cole", "恒達工業", "Hansol Trade", "Union Supply", "Nordwerk")

_SURNAMES = {
    "TW": "陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 郭 洪 曾",
    "CN": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 何",
    "KR": "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황",
    "GB": "Smith Jones Taylor Brown Davies Evans Wilson Thomas Roberts Walker Wright Hall Green Clarke",
    "US": "Johnson Miller Davis Garcia Martinez Anderson Moore Jackson Lee Nguyen Carter Reed Foster Hayes",
    "DE": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Wolf",
}
_GIVEN = {
    "TW": "志明 淑芬 俊傑 怡君 建宏 雅婷 家豪 美玲 宗翰 佩珊 冠宇 欣怡 文雄 麗華 承恩 詩涵",
    "CN": "伟 芳 娜 敏 静 丽 强 磊 军 洋 艳 勇 杰 娟 涛 明",
    "KR": "민수 지영 서준 하은 현우 수진 도윤 은지 준호 미경 성민 유진 동현 혜진 재훈 소연",
    "GB": "Oliver Emma George Sophie Harry Charlotte Jack Alice Thomas Grace James Lucy Daniel Hannah",
    "US": "Michael Jennifer David Ashley Chris Jessica Brian Amanda Kevin Laura Eric Megan Ryan Nicole",
    "DE": "Thomas Anna Michael Julia Stefan Katrin Andreas Sabine Markus Claudia Jan Lena Lukas Petra",
}
_FIRMS = {
    "TW": (
        "大同 永豐 新光 順發 宏達 金龍 台興 立信 建成 聯發 高盛 富田",
        "五金 建材 電機 貿易 實業 機械 水電 工具",
        "股份有限公司 有限公司 企業社",
    ),
    "CN": (
        "华盛 金桥 东方 恒通 鑫源 瑞丰 天成 利达 海联 中信达 宏图 远大",
        "五金 建材 机电 贸易 实业 机械 照明 工具",
        "有限公司 股份有限公司 商行",
    ),
    "KR": (
        "대성 한빛 동아 신영 태광 우진 삼정 세종 명성 현대로 금강 청운",
        "공구 건재 전기 상사 산업 기계 조명 철물",
        "주식회사 상회 산업",
    ),
    "GB": (
        "Ashford Hartley Kingsway Thornton Redwood Marlow Bexley Whitmore Carlton Eastgate Langley Oakham",
        "Hardware|Builders|Electrical|Tools|Supplies|Lighting|Fixings|Trade Centre",
        "Ltd|& Sons Ltd|plc|Group Ltd",
    ),
    "US": (
        "Summit Lakeside Pioneer Frontier Liberty Granite Evergreen Cascade Heartland Sterling Bayview Keystone",
        "Hardware|Building Supply|Electric|Tool & Die|Industrial|Lighting|Fasteners|Contractors",
        "Inc.|LLC|Co.|Corp.",
    ),
    "DE": (
        "Baumann Kessler Hanse Rhein Alpen Krüger Lindner Bergmann Sommer Nordstern Brandt Voss",
        "Werkzeuge|Baustoffe|Elektro|Technik|Handel|Licht|Befestigung|Industriebedarf",
        "GmbH|GmbH & Co. KG|AG|e. K.",
    ),
}
TITLES = {
    "TW": ("採購經理", "總經理", "技術主管", "現場主任", "財務經理"),
    "CN": ("采购经理", "总经理", "技术主管", "现场主任", "财务经理"),
    "KR": ("구매 과장", "대표이사", "기술 팀장", "현장 소장", "재무 차장"),
    "GB": ("Buyer", "Managing Director", "Technical Manager", "Site Manager", "Finance Manager"),
    "US": ("Purchasing Manager", "President", "Engineering Manager", "Foreman", "Controller"),
    "DE": ("Einkaufsleiter", "Geschäftsführer", "Technischer Leiter", "Bauleiter", "Buchhaltung"),
}
DEPARTMENTS = ("purchasing", "management", "technical", "user", "finance")
CATEGORIES = (
    "Hand tools",
    "Power tools",
    "Fixings",
    "Paint",
    "Lighting",
    "Cable",
    "Safety wear",
    "Pumps",
)
_GOODS = {
    "Hand tools": "Hammer|Pliers|Wrench|Screwdriver set|Chisel|Saw",
    "Power tools": "Drill|Grinder|Jigsaw|Sander|Rotary hammer|Router",
    "Fixings": "Screws|Anchors|Bolts|Nails|Rivets|Brackets",
    "Paint": "Wall paint|Primer|Varnish|Spray|Sealant|Filler",
    "Lighting": "LED panel|Spotlight|Tube|Floodlight|Strip|Emergency light",
    "Cable": "Cable 3×1.5|Cable 5×2.5|Data cable|Conduit|Junction box|Switch",
    "Safety wear": "Gloves|Helmet|Boots|Goggles|Vest|Harness",
    "Pumps": "Drain pump|Booster|Valve|Pressure tank|Hose|Filter",
}


def people(country: str, count: int, rng: np.random.Generator) -> list[str]:
    """Names of so many people."""
    family, given = _SURNAMES[country].split(), _GIVEN[country].split()
    a, b = rng.integers(0, len(family), count), rng.integers(0, len(given), count)
    if country in ("TW", "CN", "KR"):
        return [family[i] + given[j] for i, j in zip(a, b, strict=True)]
    return [f"{given[j]} {family[i]}" for i, j in zip(a, b, strict=True)]


def firms(country: str, count: int, rng: np.random.Generator) -> list[str]:
    """Names of so many companies, each of them once."""
    firsts, trades, forms = _FIRMS[country]
    apart = "|" if "|" in trades else " "
    parts = [firsts.split(), trades.split(apart), forms.split(apart)]
    size = np.array([len(part) for part in parts])
    many = int(np.prod(size))
    order = np.concatenate([rng.permutation(many) for _ in range(-(-count // many))])[:count]
    found = []
    for n, code in enumerate(order):
        i, j, k = np.unravel_index(code, size)
        again = "" if n < many else f" {n // many + 1}"
        found.append(_joined(country, parts[0][i], parts[1][j], parts[2][k]) + again)
    return found


def _joined(country: str, first: str, trade: str, form: str) -> str:
    if country in ("TW", "CN"):
        return f"{first}{trade}{form}"
    if country == "KR":
        return f"{form} {first}{trade}" if form == "주식회사" else f"{first}{trade}{form}"
    return f"{first} {trade} {form}"


def goods(category: str, number: int) -> str:
    """The name of a product."""
    kinds = _GOODS[category].split("|")
    return f"{kinds[number % len(kinds)]} {chr(65 + number // len(kinds) % 26)}{number:03}"
