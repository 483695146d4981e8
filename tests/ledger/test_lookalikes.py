"""Codes that may be one account: names folded, tax numbers compared, what is not alike left alone."""

from __future__ import annotations

import random

import pytest

from mainstay.ledger.lookalikes import Party, core_name, groups, tax_numbers, without_branch


@pytest.mark.parametrize(
    "names",
    [
        ["大同五金股份有限公司", "大同五金（股）公司", "大同五金 有限公司", "大同五金"],
        ["臺灣螺絲股份有限公司", "台灣螺絲(股)公司"],
        ["华东机电有限公司", "华东机电有限责任公司"],
        ["한빛산업 주식회사", "(주)한빛산업", "㈜한빛산업", "주식회사 한빛산업"],
        ["Harbour Hardware Ltd.", "HARBOUR  HARDWARE LIMITED", "Ｈarbour Hardware, Inc"],
        ["Müller & Söhne GmbH", "MÜLLER & SÖHNE"],
    ],
)
def test_legal_form_width_and_case_are_no_part_of_a_name(names: list[str]) -> None:
    assert len({core_name(name) for name in names}) == 1
    assert core_name(names[0])


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("大同五金股份有限公司台北店", "大同五金"),
        ("大同五金 高雄分公司", "大同五金"),
        ("王記商行台中分公司", "王記"),
        ("全家便利商店 內湖店", "全家便利商店"),
        ("한빛마트 강남지점", "한빛마트"),
        ("Acme Tools - Boston Branch", "acme tools"),
    ],
)
def test_a_branch_belongs_to_its_company(name: str, head: str) -> None:
    assert without_branch(name) == core_name(head)


@pytest.mark.parametrize("name", ["台北書店", "The Book Store", "大同五金股份有限公司", "Depot"])
def test_a_shop_by_name_is_no_branch(name: str) -> None:
    assert without_branch(name) is None


def test_tax_numbers_are_compared_without_signs_and_fillers_left_out() -> None:
    assert tax_numbers("１２３-４５ 675; DE 811.128.135") == {"12345675", "de811128135"}
    assert tax_numbers("00000000, 1111, n/a, -") == set()


def test_groups_say_what_binds_them_the_surest_first() -> None:
    found = groups(
        [
            Party("D1", "大同五金股份有限公司", "12345675"),
            Party("D2", "Tatung", "1234-5675"),
            Party("H1", "Harbour Hardware Ltd", "GB1234567"),
            Party("H2", "HARBOUR HARDWARE LIMITED", ""),
            Party("F1", "全家便利商店 內湖店"),
            Party("F2", "全家便利商店 信義店"),
            Party("N1", "Northwind Tools"),
            Party("N2", "Northwind Toolz"),
            Party("X", "Something Else"),
        ]
    )
    assert [(g.kind, g.account_ids) for g in found] == [
        ("tax_id", ("D1", "D2")),
        ("name", ("H1", "H2")),
        ("branch", ("F1", "F2")),
        ("near", ("N1", "N2")),
    ]


def test_what_is_told_apart_by_a_number_or_two_tax_numbers_is_not_near() -> None:
    assert groups([Party("1", "Store 12 London"), Party("2", "Store 13 London")]) == []
    two = [Party("1", "Northwind Tools", "A1234567"), Party("2", "Northwind Toolz", "B7654321")]
    assert groups(two) == []


def test_a_name_that_hundreds_have_says_nothing() -> None:
    assert groups([Party(str(i), "Cash customer") for i in range(300)]) == []
    assert groups([Party(str(i), f"Name {i}", "99999999") for i in range(5)]) == []


def test_codes_without_names_are_never_alike() -> None:
    assert groups([Party("10001", "10001"), Party("10002", "10002"), Party("", "")]) == []


def test_pairs_that_somebody_kept_apart_stay_so() -> None:
    parties = [Party("a", "Harbour Hardware"), Party("b", "Harbour Hardware Ltd")]
    assert len(groups(parties)) == 1
    assert groups(parties, [("b", "a")]) == []


def test_every_code_is_in_one_group_at_most_whatever_the_names() -> None:
    rng = random.Random(5)
    letters = "abcd大同五金한빛 12-(&"
    parties = [
        Party(str(i), "".join(rng.choice(letters) for _ in range(rng.randint(0, 9))))
        for i in range(400)
    ]
    members = [code for group in groups(parties) for code in group.account_ids]
    assert len(members) == len(set(members))
    assert all(len(g.account_ids) > 1 for g in groups(parties))
