"""The words for the columns of trials and of what was drawn in them; a part of `heading_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

TRIAL_WORDS: dict[str, Words] = {
    "design": (
        "trial;trial name;design;experiment",
        "對照試驗;試驗;試驗名稱;實驗",
        "对照试验;试验;试验名称;实验",
        "비교 시험;시험;시험 이름;실험",
    ),
    "begins": (
        "first day;begins;begins on;trial begins",
        "首日;開始日期;起始日",
        "首日;开始日期;起始日",
        "첫날;시작일;개시일",
    ),
    "waves": ("waves;number of waves", "批數;批次數", "批数;批次数", "차수 수;회차 수"),
    "weeks_between": (
        "weeks between waves;weeks between",
        "各批相隔週數;相隔週數",
        "各批相隔周数;相隔周数",
        "차수 간격(주);간격 주수",
    ),
    "held": (
        "share that goes without;held out;hold-out share;control share",
        "對照組比例;不做的比例;保留比例",
        "对照组比例;不做的比例;保留比例",
        "대조군 비율;하지 않는 비율;보류 비율",
    ),
    "designs.by_id": (
        "switched on by;by",
        "啟用人;經辦人",
        "启用人;经办人",
        "시험을 켠 사람;시작한 사람;담당자",
    ),
    "held_effects.held": ("held back;held", "暫不採用;擱置", "暂不采用;搁置", "보류;적용 보류"),
    "held_effects.by_id": (
        "held back by;by",
        "決定暫不採用的人;擱置人;經辦人",
        "决定暂不采用的人;搁置人;经办人",
        "보류한 사람;담당자",
    ),
    "off_on": (
        "switched off on;off on",
        "停用日期;中止日期",
        "停用日期;中止日期",
        "중지일;종료한 날",
    ),
    "off_by": ("switched off by;off by", "停用人;中止人", "停用人;中止人", "중지한 사람"),
    "design_draws.unit": (
        "drawn as;unit drawn;unit",
        "抽籤單位;抽籤對象",
        "抽签单位;抽签对象",
        "추첨 단위",
    ),
    "arm": ("what was drawn;arm;group", "抽籤結果;組別", "抽签结果;组别", "추첨 결과;집단"),
    "wave": ("wave;wave number", "批次;第幾批", "批次;第几批", "차수;회차"),
    "draw": (
        "number drawn;random number;draw",
        "抽出的數字;亂數",
        "抽出的数字;随机数",
        "뽑힌 수;난수",
    ),
}
