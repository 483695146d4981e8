"""What people call the values that a column can have, in English, Chinese and Korean.

As for headings: likelier words first, each for one value alone. The values themselves need no word.
"""

from __future__ import annotations

from mainstay.ledger.allocation_words import ALLOCATION_CHOICE_WORDS
from mainstay.ledger.people_choice_words import PEOPLE_CHOICE_WORDS, SCORE_WORDS
from mainstay.ledger.play_words import PLAY_CHOICE_WORDS
from mainstay.ledger.review_words import REVIEW_CHOICE_WORDS
from mainstay.ledger.supply_words import SUPPLY_CHOICE_WORDS

CHOICE_WORDS: dict[str, str] = {
    # assignments.role
    "manager": "kam;account manager;key account manager;sales;sales rep;salesperson;owner;"
    "業務;業務員;業務代表;業務經理;業務負責人;客戶經理;負責業務;業代;主責;"
    "业务;业务员;业务代表;业务经理;业务负责人;客户经理;销售;销售代表;销售经理;"
    "담당자;담당;영업;영업담당;영업 담당자;영업사원;거래처 담당자;매니저",
    "service": "customer service;service rep;support;after sales;complaints;"
    "客服;客訴;客服人員;客服專員;售後;服務;業務助理;業助;"
    "客诉;客服人员;客服专员;售后;服务;"
    "고객서비스;고객 서비스;서비스;고객지원;클레임;상담;상담원",
    "deputy": "backup;stand in;substitute;代理;代理人;職務代理人;副手;代班;备份;职务代理人;대리인;부담당;부담당자;대행",
    # notices.kind
    "will_leave": "leaving;leaves;will stop;要離開;將離開;打算離開;要停止往來;停止合作;"
    "要离开;将离开;打算离开;停止往来;이탈;이탈 예정;거래 중단;거래중단",
    "will_reduce": "will buy less;reducing;要減少;將減少;減少採購;減單;要减少;将减少;减少采购;减单;"
    "축소;축소 예정;주문 감소;구매 축소",
    "contract_ends": "contract end;contract expires;合約到期;合約結束;約滿;合同到期;合同结束;约满;"
    "계약 종료;계약종료;계약 만료;계약만료",
    "dissatisfied": "unhappy;complains;不滿;不滿意;不满;不满意;불만;불만족",
    "asked_rival_price": "asked rivals price;asked for a rival's price;詢問競爭對手價格;詢問對手價格;問過對手價格;"
    "询问竞争对手价格;询问对手价格;问过对手价格;경쟁사 가격 문의;타사 가격 문의",
    # account_volumes.what
    "purchases": "purchase;buying;total purchases;採購;進貨;採購額;進貨額;總採購;"
    "采购;进货;采购额;进货额;总采购;구매;매입;매입액;구매액;총구매",
    "sell_out": "sellout;sell-out;sell through;resale;sales to their customers;銷出;終端銷售;對外銷售;轉售;"
    "销出;终端销售;对外销售;转售;셀아웃;판매;재판매;최종판매",
    "stock": "inventory;on hand;庫存;存貨;库存;存货;재고;재고량",
    # account_answers.answer
    "not_ours": "not our account;非我方客戶;不是我們的客戶;非我方客户;不是我们的客户;우리 거래처 아님;당사 거래처 아님",
    "seasonal": "season;季節性;季節客戶;季节性;季节客户;계절성;계절 거래처",
    "none": "no answer;無;沒有;无;没有;없음",
}

CHOICE_WORDS |= PEOPLE_CHOICE_WORDS | REVIEW_CHOICE_WORDS
# A word that stands in several tables keeps the words of the first, and gets those of cases beside them.
for _name, _words in (
    *PLAY_CHOICE_WORDS.items(),
    *ALLOCATION_CHOICE_WORDS.items(),
    *SUPPLY_CHOICE_WORDS.items(),
):
    _known = CHOICE_WORDS.get(_name, "").split(";") if _name in CHOICE_WORDS else []
    CHOICE_WORDS[_name] = ";".join(dict.fromkeys([*_known, *_words.split(";")]))


def said_as(choice: str) -> list[str]:
    """How a value may be written, in small letters with _ between words."""
    words = CHOICE_WORDS.get(choice, "").split(";")
    return [choice.lower(), *(word.replace(" ", "_") for word in words if word)]


def said_as_figure(column: str) -> dict[int, list[str]]:
    """How the figures of a short scale may be written in words, as `said_as` has them; none for others."""
    scale = SCORE_WORDS.get(column, {})
    return {n: [word.replace(" ", "_") for word in words.split(";")] for n, words in scale.items()}
