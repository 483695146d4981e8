"""The words for columns of promises, terms, criteria, goals and events; a part of `heading_words`.

The first word of each language is what the mapping page calls the column, where it is no other table's.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words, kind_of

TERMS_WORDS: dict[str, Words] = {
    # promises, incentives, agreements
    "promise_id": (
        "promise number;promise id;promise no;commitment no;commitment id",
        "承諾編號;承諾單號;約定編號",
        "承诺编号;承诺单号;约定编号",
        "약속번호;약속 번호;약속ID;확약번호",
    ),
    "made_on": (
        "made on;promised on day;promise date;date of promise;date made;given on;date;promised on",
        "承諾日;承諾日期;約定日期;日期",
        "承诺日;承诺日期;约定日期;日期",
        "약속일;약속일자;약정일;일자",
    ),
    "by_id": (
        "promised by;by id;by whom;given by;made by;by;staff id;staff code",
        "承諾人;承諾者;承諾人編號;許諾人",
        "承诺人;承诺者;承诺人编号;许诺人",
        "약속한 직원;약속자;약속한 사람;확약자",
    ),
    "promises.kind": kind_of(
        "kind of promise;promise type;promise kind",
        "承諾類型;承諾類別;約定類型",
        "承诺类型;承诺类别;约定类型",
        "약속유형;약속구분;약속 종류",
    ),
    "promises.text": (
        "text;promise;what was promised;description;details;promised what;notes",
        "內容;承諾內容;承諾事項;說明",
        "内容;承诺内容;承诺事项;说明",
        "내용;약속내용;약속 내용;설명",
    ),
    "promises.amount": (
        "amount net;amount;value;promised amount;sum;money",
        "未稅金額;金額;承諾金額",
        "未税金额;金额;承诺金额",
        "금액(공급가액);금액;약속금액",
    ),
    "promises.due_on": (
        "due on;due date;due;deadline;to be kept by;by when;promised for",
        "到期日;期限;兌現期限;應兌現日",
        "到期日;期限;兑现期限;应兑现日",
        "만기일;기한;이행기한;이행 예정일",
    ),
    "kept_on": (
        "kept on;fulfilled on;date kept;done on;kept;fulfilled",
        "兌現日;兌現日期;履行日期",
        "兑现日;兑现日期;履行日期",
        "이행일;이행일자;실행일",
    ),
    "kept_amount": (
        "amount kept;kept amount;fulfilled amount;paid amount;amount given",
        "兌現金額;實際兌現金額;履行金額",
        "兑现金额;实际兑现金额;履行金额",
        "이행금액;이행 금액;실행금액",
    ),
    "incentive_id": (
        "incentive number;incentive id;incentive no;promotion id;promotion no;campaign no",
        "獎勵編號;促銷編號;方案編號;優惠編號",
        "激励编号;促销编号;方案编号;优惠编号",
        "인센티브 번호;인센티브번호;판촉번호;프로모션번호",
    ),
    "incentives.kind": kind_of(
        "kind of incentive;incentive type;promotion type",
        "獎勵類型;促銷類型;優惠類型",
        "激励类型;促销类型;优惠类型",
        "인센티브유형;판촉유형;프로모션유형",
    ),
    "budget": (
        "budget;planned cost;budget amount;planned spend",
        "預算;預算金額;計畫費用",
        "预算;预算金额;计划费用",
        "예산;예산금액;계획비용",
    ),
    "spent": (
        "spent;actual cost;spend;amount spent;actual spend",
        "已支出;實際費用;支出金額;已用金額",
        "已支出;实际费用;支出金额;已用金额",
        "집행액;집행금액;사용금액;실제비용",
    ),
    "in_return_for": (
        "in return for;in exchange for;counterpart;condition;what they give;return",
        "換取條件;交換條件;回饋條件;對方承諾",
        "换取条件;交换条件;回馈条件;对方承诺",
        "대가 조건;반대급부;교환조건;대가",
    ),
    "agreement_id": (
        "agreement number;agreement id;agreement no;contract no;contract number;contract id;contract",
        "合約編號;契約編號;協議編號;合約號",
        "合同编号;协议编号;合约编号;合同号",
        "계약번호;계약 번호;약정번호;계약ID",
    ),
    "payment_terms_days": (
        "payment terms in days;payment terms days;payment terms;payment days;credit days;terms;net days",
        "付款天數;付款條件天數;帳期;帳期天數;付款條件",
        "付款天数;付款条件天数;账期;账期天数;付款条件",
        "결제기간(일);결제일수;결제조건;여신일수;결제기간",
    ),
    "minimum_order": (
        "minimum order;min order;minimum order value;moq value;smallest order",
        "最低訂購額;最低訂單金額;最小訂購額;起訂金額",
        "最低订购额;最低订单金额;最小订购额;起订金额",
        "최소 주문액;최소주문금액;최소주문;최저주문액",
    ),
    "penalties": (
        "penalties;penalty;contract penalty;fines;liquidated damages",
        "違約罰則;罰則;違約金;罰款",
        "违约罚则;罚则;违约金;罚款",
        "위약 조항;위약금;벌칙;페널티",
    ),
    "quota": (
        "quota;purchase commitment;minimum purchase;annual commitment;committed volume",
        "承諾採購額;配額;約定採購量;年度承諾額",
        "承诺采购额;配额;约定采购量;年度承诺额",
        "구매 약정액;약정액;쿼터;연간약정",
    ),
    "exclusive": (
        "exclusive;exclusivity;sole supplier;exclusive supply",
        "獨家;獨家供應;是否獨家;專屬",
        "独家;独家供应;是否独家;专属",
        "독점 여부;독점;독점공급;전속",
    ),
    "rebate_rule": (
        "rebate rule;rebate;rebate terms;bonus rule;rebate scheme",
        "返利規則;回饋規則;折讓規則;返利條件",
        "返利规则;返点规则;折让规则;返利条件",
        "리베이트 규칙;리베이트;리베이트 조건;장려금 규정",
    ),
    "price_list": (
        "price list;pricelist;price list no;price book;price agreement",
        "價目表;價格表;報價表;價格協議",
        "价目表;价格表;报价表;价格协议",
        "가격표;단가표;가격목록;가격 합의",
    ),
    "otif_promised": (
        "on time in full promised;otif promised;promised otif;otif target;agreed otif;otif",
        "承諾準時足量率;約定準時足量率;準時足量率",
        "承诺准时足量率;约定准时足量率;准时足量率",
        "정시 완납률 약속;약속 정시 완납률;정시완납률;OTIF 약속",
    ),
    "fill_rate_promised": (
        "fill rate promised;promised fill rate;fill rate target;agreed fill rate;fill rate",
        "承諾滿足率;約定滿足率;承諾供貨率;供貨滿足率",
        "承诺满足率;约定满足率;承诺供货率;供货满足率",
        "납품률 약속;약속 납품률;납품률;공급률 약속",
    ),
    # service_standards, unit_conversions
    "service_standards.kind": kind_of(
        "kind of complaint;complaint type;complaint kind",
        "客訴類型;客訴類別;投訴類型",
        "投诉类型;投诉类别;客诉类型",
        "클레임유형;불만유형;클레임 구분",
    ),
    "answer_within": (
        "answer within hours;answer within;response time;reply within;respond within;first response hours",
        "回覆時限（小時）;回覆時限;答覆時限;回應時限",
        "回复时限（小时）;回复时限;答复时限;响应时限",
        "답변 시한(시간);답변시한;응답시한;회신시한",
    ),
    "solve_within": (
        "solve within hours;solve within;resolution time;resolve within;solution time",
        "解決時限（小時）;解決時限;處理時限;結案時限",
        "解决时限（小时）;解决时限;处理时限;结案时限",
        "해결 시한(시간);해결시한;처리시한;처리기한",
    ),
    "on_site_within": (
        "on site within hours;on site within;on-site time;arrive within",
        "到場時限（小時）;到場時限;現場時限",
        "到场时限（小时）;到场时限;现场时限",
        "현장 도착 시한(시간);현장도착시한;현장시한;출동시한",
    ),
    "calendar": (
        "calendar;service hours;service calendar;opening hours;hours of service;clock",
        "服務時段;計時方式;服務時間;行事曆",
        "服务时段;计时方式;服务时间;日历",
        "서비스 시간대;시간 기준;운영시간;달력",
    ),
    "factor": (
        "factor;conversion factor;conversion;units per;base units",
        "換算率;換算係數;轉換率;折算率",
        "换算率;换算系数;转换率;折算率",
        "환산계수;환산율;환산;환산비율",
    ),
    "pack": (
        "pack size;pack;units per pack;package;packing unit;per carton",
        "包裝數;每包數量;裝箱數;每箱數量",
        "包装数;每包数量;装箱数;每箱数量",
        "포장 수량;포장단위;입수;박스입수",
    ),
    "pallet": (
        "per pallet;pallet;units per pallet;pallet quantity;pallet size",
        "每棧板數量;棧板數;棧板;每板數量",
        "每托盘数量;托盘数;托盘;每板数量",
        "팔레트 수량;팔레트;파렛트;팔레트적재수량",
    ),
    "minimum_lot": (
        "minimum lot;min lot;moq;minimum order quantity;minimum quantity;smallest lot",
        "最小批量;最小訂購量;起訂量",
        "最小批量;最小订购量;起订量",
        "최소 로트;최소주문수량;최소 수량;최소발주량",
    ),
    # criteria, competitor_sightings, goals
    "criterion": (
        "criterion;purchase criterion;buying criterion;criteria;requirement;what they buy by",
        "採購準則;採購標準;準則;評選標準;要求",
        "采购准则;采购标准;准则;评选标准;要求",
        "구매 기준;구매기준;기준;평가기준;요구사항",
    ),
    "weight": (
        "weight;importance;weighting;share of decision",
        "權重;重要性;比重",
        "权重;重要性;比重",
        "가중치;중요도;비중",
    ),
    "we_meet": (
        "we meet it;we meet;met by us;we fulfil;ours;we fulfill",
        "我方符合;我方達成;我方是否符合;我們符合",
        "我方符合;我方达成;我方是否符合;我们符合",
        "당사 충족;우리 충족;당사 충족 여부;자사충족",
    ),
    "competitor": (
        "competitor;rival;competitor name;competing supplier;other supplier",
        "競爭對手;競爭者;對手;競品廠商;同業",
        "竞争对手;竞争者;对手;竞品厂商;同行",
        "경쟁사;경쟁업체;경쟁사명;타사",
    ),
    "competitor_meets": (
        "competitor meets it;competitor meets;rival meets;met by competitor;competitor fulfils",
        "對手符合;競爭者符合;競爭對手符合;對手是否符合",
        "对手符合;竞争者符合;竞争对手符合;对手是否符合",
        "경쟁사 충족;경쟁사 충족 여부;타사충족;경쟁업체 충족",
    ),
    "assessed_on": (
        "assessed on;assessment date;rated on;evaluated on;date;date of assessment",
        "評估日;評估日期;評定日期;日期",
        "评估日;评估日期;评定日期;日期",
        "평가일;평가일자;판정일;일자",
    ),
    "sighting_id": (
        "sighting number;sighting id;sighting no;observation no",
        "競爭情報編號;情報編號;觀察編號",
        "竞争情报编号;情报编号;观察编号",
        "경쟁 정보 번호;정보번호;목격번호",
    ),
    "competitor_sightings.on": (
        "date;on;seen on;sighted on;date seen;day",
        "日期;發現日期;發現日;得知日期",
        "日期;发现日期;发现日;得知日期",
        "일자;발견일;목격일;확인일;날짜",
    ),
    "competitor_sightings.what": (
        "what was seen;what;sighting;kind;type;subject",
        "競爭動作;動作;類型;事項;種類",
        "竞争动作;动作;类型;事项;种类",
        "경쟁 활동;활동;유형;구분;항목",
    ),
    "price": (
        "their price;price;price offered;offer price;competitor price;offered price;unit price",
        "對手價格;價格;報價;競爭價格;單價",
        "对手价格;价格;报价;竞争价格;单价",
        "경쟁 가격;가격;제시가격;경쟁사 가격;단가",
    ),
    "detail": (
        "detail;details;description;notes;remarks;text;comment",
        "詳情;說明;細節;備註;內容",
        "详情;说明;细节;备注;内容",
        "상세;상세내용;설명;비고;내용",
    ),
    "goal_id": (
        "goal number;goal id;goal no;objective no",
        "目標編號;目標代號",
        "目标编号;目标代码",
        "목표번호;목표 번호;목표ID",
    ),
    "their_strategy": (
        "their strategy;strategy;account's strategy;customer strategy;business strategy",
        "客戶策略;對方策略;策略;經營策略",
        "客户策略;对方策略;策略;经营策略",
        "거래처 전략;고객 전략;전략;사업전략",
    ),
    "common_goal": (
        "common goal;goal;shared goal;joint goal;objective",
        "共同目標;目標;合作目標",
        "共同目标;目标;合作目标",
        "공동 목표;공동목표;목표;협력목표",
    ),
    "measure": (
        "measured by;measure;metric;indicator;kpi",
        "衡量指標;指標;衡量方式",
        "衡量指标;指标;衡量方式",
        "측정 지표;지표;측정기준",
    ),
    "target": (
        "target;target value;aim;to reach",
        "目標值;目標數值;應達成",
        "目标值;目标数值;应达成",
        "목표값;목표치;목표 수치",
    ),
    "reached": (
        "reached;achieved;actual;result;status",
        "達成;達成情況;實際值;實績",
        "达成;达成情况;实际值;实绩",
        "달성;달성도;실적;달성값",
    ),
    "ledger_measure": (
        "figure of the ledger;ledger measure;measured from;measured figure",
        "系統指標;自動指標;帳上指標",
        "系统指标;自动指标;账上指标",
        "장부 지표;시스템 지표;자동 지표",
    ),
    "measure_of": (
        "measured category or product;measure of;category or product;of what",
        "指標品類或產品;品類或產品",
        "指标品类或产品;品类或产品",
        "지표 대상;분류 또는 제품",
    ),
    "benefit_ours": (
        "benefit to us;our benefit;what we gain",
        "我方效益;對我方的好處",
        "我方效益;对我方的好处",
        "당사 이익;우리 이익",
    ),
    "benefit_theirs": (
        "benefit to them;their benefit;customer benefit;what they gain",
        "客戶效益;對客戶的好處",
        "客户效益;对客户的好处",
        "거래처 이익;고객 이익",
    ),
    # plan_reviews
    "plan_reviews.on": (
        "date;on;reviewed on;review date;meeting date;day",
        "日期;檢討日期;檢討日;會議日期",
        "日期;回顾日期;回顾日;会议日期",
        "일자;검토일;회의일;날짜",
    ),
    "plan_reviews.next_on": (
        "next review;next date;next on;next meeting",
        "下次檢討;下次檢討日;下次日期",
        "下次回顾;下次回顾日;下次日期",
        "다음 검토일;다음 검토;다음 일자",
    ),
    "stage": (
        "stage;stage of growth;account stage;phase",
        "發展階段;階段",
        "发展阶段;阶段",
        "성장 단계;단계",
    ),
    "agreed": (
        "agreed;what was agreed;agreements made;decisions",
        "商定事項;議定事項;決議",
        "商定事项;议定事项;决议",
        "합의 사항;합의 내용;결정 사항",
    ),
    # company_events, absences, hours
    "event_id": (
        "event number;event id;event no;incident no",
        "事件編號;事件代號",
        "事件编号;事件代码",
        "사건번호;이벤트번호;사건 번호",
    ),
    "company_events.on": (
        "date;on;event date;happened on;day;date of event",
        "日期;事件日期;發生日期;發生日",
        "日期;事件日期;发生日期;发生日",
        "일자;발생일;발생일자;사건일;날짜",
    ),
    "company_events.kind": kind_of(
        "kind of event;event type;event kind",
        "事件類型;事件類別",
        "事件类型;事件类别",
        "사건유형;사건구분;이벤트유형",
    ),
    "scope": (
        "scope;concerns;affected;applies to;range",
        "影響範圍;範圍;適用範圍;對象",
        "影响范围;范围;适用范围;对象",
        "적용 범위;범위;영향범위;대상",
    ),
    "weekly_hours": (
        "hours a week;weekly hours;hours per week;hours;working hours",
        "每週時數;週工時;每週工時;時數",
        "每周时数;周工时;每周工时;时数",
        "주당 시간;주간시간;주당근무시간;시간",
    ),
}
