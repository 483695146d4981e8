"""The words for the columns of season plans and confirmations; a part of `heading_words` and `choice_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

SUPPLY_WORDS: dict[str, Words] = {
    "plan_id": (
        "season plan number;plan number;season plan;plan id",
        "季節計畫編號;備貨計畫編號;計畫編號",
        "季节计划编号;备货计划编号;计划编号",
        "시즌 계획 번호;시즌 계획;계획 번호",
    ),
    "opening_stock": (
        "opening stock;stock before the season;stock at the beginning",
        "期初庫存;季前庫存",
        "期初库存;季前库存",
        "기초 재고;시즌 전 재고",
    ),
    "agreed_on": (
        "agreed on;date agreed;agreement date",
        "議定日;議定日期;商定日",
        "议定日;议定日期;商定日",
        "합의일;합의 일자",
    ),
    "agreed_by": (
        "agreed by;agreed with;who agreed",
        "議定人;商定人",
        "议定人;商定人",
        "합의자;합의한 사람",
    ),
    "season_plans.state": (
        "plan state;state of plan;state;status",
        "計畫狀態;狀態",
        "计划状态;状态",
        "계획 상태;상태",
    ),
    "confirmation_id": (
        "confirmation number;confirmation id;confirmation no",
        "確認編號;確認單號",
        "确认编号;确认单号",
        "확인 번호;확인서 번호",
    ),
    "by_role": (
        "confirmed by department;department;production or transport",
        "確認部門;部門",
        "确认部门;部门",
        "확인 부서;부서",
    ),
    "ready_on": (
        "ready on;ready by;available on",
        "備妥日;備妥日期",
        "备妥日;备妥日期",
        "준비 완료일;준비일",
    ),
}

SUPPLY_CHOICE_WORDS: dict[str, str] = {
    # season_plans.state
    "proposed": "draft;proposal;提議;草案;提议;제안;초안",
    "agreed": "accepted;settled;已議定;已商定;已议定;합의;합의됨",
    "ended": "over;finished;已結束;已结束;종료;종료됨",
    # confirmations.by_role
    "production": "factory;manufacturing;plant;生產;製造;工廠;生产;制造;工厂;생산;제조;공장",
    "transport": "shipping;logistics;carrier;freight;運輸;物流;运输;운송;물류",
}
