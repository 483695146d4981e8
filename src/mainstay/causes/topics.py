"""What a text that people wrote is about, by words in English, Chinese and Korean.

A few plain words each, for texts of a line or two: what an account said when it gave notice, what it buys
by. A text without any of them is about nothing in particular.
"""

from __future__ import annotations

# Patterns on texts in lower case; the first column of a topic's words is English, by whole words.
TOPICS: dict[str, str] = {
    "price": r"\b(pric(e|es|ed|ing)|cheap(er)?|expensive|costs?|costly|discounts?)\b"
    r"|價|价格|单价|降价|涨价|便宜|貴|太贵|成本|折扣|가격|단가|비싸|비싼|저렴|할인",
    "product": r"\b(quality|products?|defect(s|ive)?|faulty|broken|specs?|specifications?)\b"
    r"|品質|品质|质量|產品|产品|瑕疵|缺陷|不良|規格|规格|품질|제품|불량|하자|사양",
    "delivery": r"\b(deliver(y|ies|ed)?|shipments?|shipping|lead times?|out of stock|shortages?)\b"
    r"|交貨|交货|交期|送貨|送货|到貨|到货|缺貨|缺货|납기|배송|납품|재고|결품",
    "service": r"\b(services?|support|repairs?|complaints?|after-sales)\b"
    r"|服務|服务|售後|售后|投訴|投诉|客訴|客诉|維修|维修|서비스|불만|수리|사후 ?관리",
    "promise": r"\b(rebates?|promis(e|es|ed)|rewards?)\b"
    r"|返利|承諾|承诺|獎勵|奖励|리베이트|약속|장려금",
    "terms": r"\b(payment|terms|credit (limit|line)|minimum order|penalt(y|ies))\b"
    r"|付款|帳期|账期|授信|額度|额度|起訂|起订|결제 ?조건|외상|여신|최소 ?주문",
    "people": r"\b(salesman|saleswoman|salesperson|sales rep|account manager)\b"
    r"|業務員|业务员|業務窗口|客戶經理|客户经理|담당자|영업 ?사원",
    "owner": r"\b(new owners?|acquired|acquisition|taken over|takeover|new management|merged)\b"
    r"|收購|收购|併購|并购|新老闆|新老板|易主|인수|합병|새 ?사장|새 ?대표",
    "business": r"\b((sales|turnover|demand|business|orders) (is |are |has |have |had )?(fell|fallen|falling|drop(s|ped)?"
    r"|down|shrank|shrunk|shrink(s|ing)?|weak(er)?|declin(e|es|ed|ing)|slow(s|ed|er)?)|less work)\b"
    r"|生意(下滑|變差|变差|不好|清淡)|(業績|业绩|銷售|销售|銷量|销量|營業額|营业额|訂單|订单|需求)(下滑|下降|減少|减少|萎縮|萎缩|衰退)"
    r"|(매출|판매|주문|수요|경기)(이|가|량이|액이)? ?(감소|줄|하락|부진|위축)|일감",
    "chain": r"\b(head ?office|headquarters|parent company|central(ised|ized)? purchasing|group purchasing)\b"
    r"|總部|总部|總公司|总公司|集中採購|集中采购|統一採購|统一采购|본사|통합 ?구매|일괄 ?구매",
    "closing": r"\b(closing down|shut(ting)? down|bankrupt(cy)?|insolven(t|cy)|out of business)\b"
    r"|歇業|歇业|倒閉|倒闭|破產|破产|結束營業|结束营业|關廠|关厂|폐업|파산|도산",
}


def about(column: str, topics: tuple[str, ...] = tuple(TOPICS)) -> str:
    """SQL: the list of topics that a text column is about, in the order of `topics`; maybe empty."""
    each = ", ".join(
        f"case when regexp_matches(lower({column}), '{TOPICS[topic]}') then '{topic}' end"
        for topic in topics
    )
    return f"list_filter([{each}], lambda topic: topic is not null)"
