"""A file for each table of people, each in one of four languages, and what its first row says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from mainstay.ledger.ledger import Ledger

D = dt.date
STAMPS = ("recorded_at", "import_id", "assumed", "withdrawn")


def at(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


def told(book: Ledger, table: str, **when: Any) -> list[dict[str, Any]]:
    """A table's rows as they are known, without their stamps."""
    rows: list[dict[str, Any]] = book.table(table, **when).drop_columns(list(STAMPS)).to_pylist()
    return rows


# By table: a file as people write it, and its first row as it is known then.
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "contacts": (
        (
            "聯絡人編號,客戶代號,姓名,職稱,部門,決策角色,態度,電子郵件,電話,起日,離職日,直屬主管\n"
            "K1,鼎泰企業,王經理,採購經理,採購部,決策者,-2,wang@example.com,02-2345,2023/1/2,,K2\n"
            "K2,鼎泰企業,林總,總經理,管理層,影響,2,,,,,\n"
        ),
        {
            "contact_id": "K1",
            "account_id": "鼎泰企業",
            "name": "王經理",
            "title": "採購經理",
            "department": "purchasing",
            "power": "decides",
            "attitude": -2,
            "email": "wang@example.com",
            "phone": "02-2345",
            "from": D(2023, 1, 2),
            "left_on": None,
            "reports_to": "K2",
        },
    ),
    "ties": (
        "Contact code,Staff code,Strength,Known since\nK1,S1,3,2020-05-01\nK1,S2,0,\n",
        {"contact_id": "K1", "staff_id": "S1", "strength": 3, "since": D(2020, 5, 1)},
    ),
    "relationship_levels": (
        "客户编码,日期,关系层级,依据\n永丰贸易,2024年3月5日,3,签了联合研发协议\n",
        {
            "account_id": "永丰贸易",
            "on": D(2024, 3, 5),
            "level": 3,
            "why": "签了联合研发协议",
        },
    ),
    "visits": (
        (
            "방문일,거래처 코드,사번,만난 사람,방문유형,환대 여부,목적,메모,분위기,의견 청취,다음 방문일\n"
            '2024.3.5,한빛상사,S1,"K1, K2；K3",내방,예,단가 협의,신제품 문의,1,아니오,2024-04-05\n'
            "2024.3.6,한빛상사,S1,,전화,,,,,,\n"
        ),
        {
            "account_id": "한빛상사",
            "on": D(2024, 3, 5),
            "staff_id": "S1",
            "contacts": "K1;K2;K3",
            "kind": "visited_us",
            "received_well": True,
            "purpose": "단가 협의",
            "notes": "신제품 문의",
            "mood": 1,
            "asked_for_opinion": False,
            "next_on": D(2024, 4, 5),
        },
    ),
    "requests": (
        (
            "客戶代號,提出日期,需求內容,需求類型,負責人,回覆期限,回覆日,處理結果,拜訪編號\n"
            "Adler,113/03/05,開發耐熱型號,客製品,S1,113/03/20,,,V1\n"
        ),
        {
            "account_id": "Adler",
            "raised_on": D(2024, 3, 5),
            "text": "開發耐熱型號",
            "kind": "custom_product",
            "owner_id": "S1",
            "answer_due_on": D(2024, 3, 20),
            "answered_on": None,
            "outcome": None,
            "visit_id": "V1",
        },
    ),
    "corrective_actions": (
        (
            "矯正措施編號,產品編號,批號,客訴編號,向生產部門提出日,負責人,答覆期限,回覆日期,根本原因,經驗教訓,經驗教訓結案日\n"
            "A1,P1,B7,C1,2024/3/11,S1,2024/3/25,2024-03-20,原料,每批檢驗,2024/4/30\n"
            "A2,P2,B8,,2024/3/12,S1,2024/3/26,,,,\n"
        ),
        {
            "action_id": "A1",
            "product_id": "P1",
            "batch": "B7",
            "complaint_id": "C1",
            "asked_on": D(2024, 3, 11),
            "owner_id": "S1",
            "answer_due_on": D(2024, 3, 25),
            "answered_on": D(2024, 3, 20),
            "root_cause": "原料",
            "lesson": "每批檢驗",
            "closed_on": D(2024, 4, 30),
        },
    ),
    "complaints": (
        (
            "投诉编号,客户编码,受理时间,投诉类型,严重度,投诉内容,产品编码,批号,联系人,负责人,首次回复时间,到场时间,解决时间,客户接受,根本原因\n"
            "C1,永丰贸易,2024/3/5 下午2:30,质量,3,开裂,P1,B7,K1,S1,2024-03-05T15:00:00+08:00,"
            "45357.25,2024-03-08,○,原料\n"
            "C2,永丰贸易,2024-03-06 09:00,交货,1,晚到,,,,,,,,×,\n"
        ),
        {
            "complaint_id": "C1",
            "account_id": "永丰贸易",
            "opened_at": at(2024, 3, 5, 14, 30),
            "kind": "quality",
            "severity": 3,
            "text": "开裂",
            "product_id": "P1",
            "batch": "B7",
            "contact_id": "K1",
            "owner_id": "S1",
            "first_answer_at": at(2024, 3, 5, 7),
            "on_site_at": at(2024, 3, 6, 6),
            "solved_at": at(2024, 3, 8),
            "accepted_by_customer": True,
            "root_cause": "原料",
        },
    ),
    "promises": (
        (
            "Promise no,Customer no,Made on,Promised by,Kind,Text,Amount,Currency,Due on,Kept on,Amount kept\n"
            'P1,Adler,05.03.2024,S1,bonus,2% of the year,"1.234,50",EUR,31.12.2024,,\n'
            'P2,Adler,15.03.2024,S1,credit note,broken goods,"99,00",EUR,31.03.2024,30.03.2024,"99,00"\n'
        ),
        {
            "promise_id": "P1",
            "account_id": "Adler",
            "made_on": D(2024, 3, 5),
            "by_id": "S1",
            "kind": "rebate",
            "text": "2% of the year",
            "amount": Decimal("1234.5000"),
            "currency": "EUR",
            "due_on": D(2024, 12, 31),
            "kept_on": None,
            "kept_amount": None,
        },
    ),
    "incentives": (
        (
            "인센티브 번호,거래처 코드,유형,시작일,종료일,예산,집행금액,통화,담당 직원,대가 조건\n"
            'I1,한빛상사,판매경쟁,2024-01-01,2024-06-30,"1,000,000",250000,KRW,S1,진열 확대\n'
        ),
        {
            "incentive_id": "I1",
            "account_id": "한빛상사",
            "kind": "sales_contest",
            "from": D(2024, 1, 1),
            "to": D(2024, 6, 30),
            "budget": Decimal("1000000.0000"),
            "spent": Decimal("250000.0000"),
            "currency": "KRW",
            "owner_id": "S1",
            "in_return_for": "진열 확대",
        },
    ),
    "agreements": (
        (
            "客戶代號,客群,起日,迄日,付款天數,最低訂購額,違約罰則,配額,幣別,獨家,返利規則,價目表,"
            "承諾準時足量率,承諾滿足率\n"
            "鼎泰企業,,2024-01-01,2024-12-31,60,5000,延遲每日 0.1%,900000,TWD,是,滿百萬 2%,L7,95%,0.98\n"
            ",通路商,2024-01-01,,30,,,,,否,,,,\n"
        ),
        {
            "account_id": "鼎泰企業",
            "segment": None,
            "from": D(2024, 1, 1),
            "to": D(2024, 12, 31),
            "payment_terms_days": 60,
            "minimum_order": Decimal("5000.0000"),
            "penalties": "延遲每日 0.1%",
            "quota": Decimal("900000.0000"),
            "currency": "TWD",
            "exclusive": True,
            "rebate_rule": "滿百萬 2%",
            "price_list": "L7",
            "otif_promised": 0.95,
            "fill_rate_promised": 0.98,
        },
    ),
    "service_standards": (
        (
            "Kind of complaint,Severity,Answer within,Solve within,On site within,Service hours\n"
            "delivery,3,0.5,24,4,24/7\nquestion,1,8,40,,business hours\n"
        ),
        {
            "kind": "delivery",
            "severity": 3,
            "answer_within": 0.5,
            "solve_within": 24.0,
            "on_site_within": 4.0,
            "calendar": "always",
        },
    ),
    "unit_conversions": (
        "产品编码,单位,换算率,每包数量,每托盘数量,最小批量\nP1,箱,12,12,480,24\n",
        {
            "product_id": "P1",
            "unit": "箱",
            "factor": 12.0,
            "pack": 12.0,
            "pallet": 480.0,
            "minimum_lot": 24.0,
        },
    ),
    "criteria": (
        (
            "거래처 코드,구매 기준,가중치,당사 충족,경쟁사,경쟁사 충족,평가일,출처\n"
            "한빛상사,납기 준수,0.4,있음,대한상사,없음,2024-03-05,김 과장\n"
        ),
        {
            "account_id": "한빛상사",
            "criterion": "납기 준수",
            "weight": 0.4,
            "we_meet": True,
            "competitor": "대한상사",
            "competitor_meets": False,
            "assessed_on": D(2024, 3, 5),
            "source": "김 과장",
        },
    ),
    "competitor_sightings": (
        (
            "Customer code,Seen on,Competitor,What was seen,Offer price,Currency,Product code,Details,Contact,Source\n"
            "Adler,3/15/2024,Rival & Co,price cut,9.80,USD,P1,10% under ours,K1,their contact\n"
        ),
        {
            "account_id": "Adler",
            "on": D(2024, 3, 15),
            "competitor": "Rival & Co",
            "what": "price",
            "price": Decimal("9.8000"),
            "currency": "USD",
            "product_id": "P1",
            "detail": "10% under ours",
            "contact_id": "K1",
            "source": "contact",
        },
    ),
    "goals": (
        (
            "客户编码,期间,客户策略,共同目标,衡量指标,目标值,达成,系统指标,品类或产品,我方效益,客户效益,负责人\n"
            "永丰贸易,2024,进军华南,新品占三成,新品占比,30%,12%,新品占比,工具,多卖,毛利更好,S1\n"
        ),
        {
            "account_id": "永丰贸易",
            "period": "2024",
            "their_strategy": "进军华南",
            "common_goal": "新品占三成",
            "measure": "新品占比",
            "target": "30%",
            "reached": "12%",
            "ledger_measure": "new_products",
            "measure_of": "工具",
            "benefit_ours": "多卖",
            "benefit_theirs": "毛利更好",
            "owner_id": "S1",
        },
    ),
    "plan_reviews": (
        "거래처코드,검토일,성장 단계,거래처 전략,합의 사항,다음 검토일\n한빛상사,2024-03-05,성장기,지점 확대,교육 두 번,2024-06-04\n",
        {
            "account_id": "한빛상사",
            "on": D(2024, 3, 5),
            "stage": "growing",
            "their_strategy": "지점 확대",
            "agreed": "교육 두 번",
            "next_on": D(2024, 6, 4),
        },
    ),
    "company_events": (
        "發生日期,事件類型,影響範圍,內容\n2024/3/5,漲價,通路商,全線 5%\n",
        {
            "on": D(2024, 3, 5),
            "kind": "price_rise",
            "scope": "通路商",
            "text": "全線 5%",
        },
    ),
    "absences": (
        "사번,시작일,종료일\nS1,2024-07-01,2024-07-14\n",
        {"staff_id": "S1", "from": D(2024, 7, 1), "to": D(2024, 7, 14)},
    ),
    "hours": (
        "Employee no,Valid from,Valid to,Hours a week\nS1,2024-01-01,,12.5\n",
        {"staff_id": "S1", "from": D(2024, 1, 1), "to": None, "weekly_hours": 12.5},
    ),
    "reviews": (
        (
            "客戶編號,檢討開始日,檢討類型,全部或部分流失,業務說的原因,客戶說的原因,客戶的原話,訪談方式,"
            "根本原因,自然流失,改變期限\n"
            "A1,2024/3/5,已流失,部分,競爭對手的價格,delivery.late,等了三週,面談,我們延遲交貨,否,2024/6/1\n"
        ),
        {
            "account_id": "A1",
            "opened_on": D(2024, 3, 5),
            "kind": "lost",
            "scope": "partial",
            "onset_on": None,
            "salesperson_reason": "competitor.price",
            "salesperson_text": None,
            "salesperson_id": None,
            "customer_reason": "delivery.late",
            "customer_text": "等了三週",
            "contact_id": None,
            "interviewed_on": None,
            "interviewed_by": None,
            "interview_way": "meeting",
            **{f"why_{n}": None for n in range(1, 6)},
            "root_cause": "delivery.late",
            "second_cause": None,
            "nothing_found": None,
            "confirmed_on": None,
            "confirmed_by": None,
            "natural": False,
            "curable": None,
            "prevention": None,
            "change_text": None,
            "change_owner_id": None,
            "change_due_on": D(2024, 6, 1),
            "changed_on": None,
            "former_supplier_reason": None,
        },
    ),
}
