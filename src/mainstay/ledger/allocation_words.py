"""The words for the columns of allocations; a part of `heading_words` and `choice_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

ALLOCATION_WORDS: dict[str, Words] = {
    "allocation_id": (
        "allocation number;allocation id;allocation no;allocation",
        "配貨編號;分配編號",
        "配货编号;分配编号",
        "배정 번호;할당 번호",
    ),
    "sheet_id": (
        "allocation sheet;sheet id;sheet number;sheet",
        "配貨單編號;配貨單;分配表",
        "配货单编号;配货单;分配表",
        "배정표 번호;배정표;할당표",
    ),
    "allocations.decided_on": (
        "allocated on;decided on;allocation date;date",
        "配貨日期;決定日期;日期",
        "配货日期;决定日期;日期",
        "배정일;결정일;일자",
    ),
    "allocations.wanted": (
        "quantity wanted;wanted;ordered quantity;quantity ordered",
        "需求數量;訂購數量;需求量",
        "需求数量;订购数量;需求量",
        "요청 수량;주문 수량;필요 수량",
    ),
    "allocations.given": (
        "quantity allocated;given;allocated;allocated quantity",
        "配貨數量;分配數量;配給數量",
        "配货数量;分配数量;配给数量",
        "배정 수량;할당 수량;배정량",
    ),
    "given_by": (
        "allocated by;given by;rule or hand",
        "配貨方式;分配方式",
        "配货方式;分配方式",
        "배정 방식;할당 방식",
    ),
    "allocations.state": (
        "state of allocation;state;status",
        "配貨狀態;狀態",
        "配货状态;状态",
        "배정 상태;상태",
    ),
    "allocations.reason": (
        "reason of allocation;reason;why",
        "配貨理由;理由;原因",
        "配货理由;理由;原因",
        "배정 사유;사유;이유",
    ),
}

ALLOCATION_CHOICE_WORDS: dict[str, str] = {
    # given_by (“rule” as in play_runs), .state
    "hand": "manual;manually;手動;手工;手动;수작업;수동",
    "proposed": "draft;proposal;擬定;提案;草案;拟定;草稿;제안;초안",
}
