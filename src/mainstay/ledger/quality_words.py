"""The words for the columns of corrective actions; a part of `heading_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

QUALITY_WORDS: dict[str, Words] = {
    "action_id": (
        "corrective action number;action number;action id;corrective action;capa number;8d number",
        "矯正措施編號;改善編號;矯正單號",
        "纠正措施编号;改善编号;纠正单号",
        "시정 조치 번호;조치 번호;개선 번호",
    ),
    "corrective_actions.asked_on": (
        "asked production on;asked on;action opened on;date",
        "向生產部門提出日;提出日;要求日期;立案日期;日期",
        "向生产部门提出日;提出日;要求日期;立案日期;日期",
        "생산 부서 요청일;요청일;요청 일자;일자",
    ),
    "corrective_actions.closed_on": (
        "lesson closed on;action closed on;closed on",
        "經驗教訓結案日;結案日;結案日期;改善完成日",
        "经验教训结案日;结案日;结案日期;改善完成日",
        "교훈 종결일;종결일;종결 일자;개선 완료일",
    ),
    "lesson": (
        "lesson;lesson learned;what was learned;preventive action;corrective measure",
        "經驗教訓;預防措施;改善對策;教訓",
        "经验教训;预防措施;改善对策;教训",
        "교훈;재발 방지 대책;예방 조치;개선 대책",
    ),
}
