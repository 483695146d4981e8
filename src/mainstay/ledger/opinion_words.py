"""The words for the columns of opinions; a part of `heading_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

OPINION_WORDS: dict[str, Words] = {
    "opinion_id": (
        "opinion number;opinion id;survey id;survey number;response id",
        "意見編號;問卷編號;調查編號",
        "意见编号;问卷编号;调查编号",
        "의견 번호;설문 번호;응답 번호",
    ),
    "opinions.asked_on": (
        "opinion asked on;asked on;survey sent on;sent on;survey date",
        "詢問日期;問卷發送日期;發送日期",
        "询问日期;问卷发送日期;发送日期",
        "문의일;설문 발송일;발송일",
    ),
    "asked_by_id": (
        "opinion asked by;asked by;survey sent by;sent by",
        "詢問人;問卷發送人;發送人",
        "询问人;问卷发送人;发送人",
        "문의자;설문 발송자;발송자",
    ),
    "opinions.answered_on": (
        "answered on;responded on;response date;survey answered on",
        "回覆日;回覆日期;作答日期;填答日期",
        "回复日;回复日期;作答日期;填答日期",
        "응답일;답변일;회신일",
    ),
    "was_solved": (
        "was it solved;solved 1-5;problem solved;resolution score",
        "問題是否解決;解決評分;解決滿意度",
        "问题是否解决;解决评分;解决满意度",
        "문제 해결 여부;해결 점수;해결 만족도",
    ),
    "was_quick": (
        "was it quick enough;quick enough;speed score;speed 1-5",
        "是否夠快;速度評分;處理速度滿意度",
        "是否够快;速度评分;处理速度满意度",
        "신속했는지;속도 점수;신속성 만족도",
    ),
    "was_treated_well": (
        "were they treated well;treated well;courtesy score;courtesy 1-5",
        "是否受到善待;態度評分;服務態度滿意度",
        "是否受到善待;态度评分;服务态度满意度",
        "친절했는지;친절 점수;응대 만족도",
    ),
    "would_stay": (
        "would they stay;would recommend;recommend or stay;likelihood to stay",
        "是否會繼續合作;推薦意願;續留意願",
        "是否会继续合作;推荐意愿;续留意愿",
        "계속 거래할지;추천 의향;거래 유지 의향",
    ),
    "opinions.text": (
        "in their words;comment;comments;remarks;free text",
        "客戶原話;意見內容;評語",
        "客户原话;意见内容;评语",
        "고객의 말;의견 내용;코멘트",
    ),
    "opinions.language": (
        "language of the answer;language;answer language",
        "作答語言;語言",
        "作答语言;语言",
        "응답 언어;언어",
    ),
}
