"""What people call the values in the tables of what people know; a part of `choice_words`."""

from __future__ import annotations

PEOPLE_CHOICE_WORDS: dict[str, str] = {
    # contacts.department
    "purchasing": "procurement;buying;purchase;supply chain;採購;採購部;採購部門;采购;采购部;采购部门;구매;구매부;구매팀;구매부서",
    "management": "board;executive;director;ceo;general management;管理;管理部;管理層;經營層;總經理室;高層;管理层;经营层;总经理室;高层;경영진;경영;임원;대표이사",
    "technical": "engineering;r&d;technology;quality;技術;技術部;工程;研發;品保;技术;技术部;研发;质量部;기술;기술부;연구소;품질;엔지니어링",
    "user": "users;production;operations;end user;使用者;使用單位;生產;現場;用户;使用部门;生产;现场;사용자;사용부서;생산;현장",
    "finance": "accounting;accounts payable;treasury;財務;會計;財務部;财务;会计;财务部;재무;회계;경리;재무팀",
    "other": "others;misc;miscellaneous;其他;其它;기타",
    # goals.ledger_measure; plan_reviews.stage; accounts.language
    "sales": "net sales;turnover;revenue;銷售額;營業額;銷售;业绩;销售额;营业额;销售;매출;매출액",
    "margin": "gross margin;gross profit;毛利;毛利額;毛利额;마진;매출총이익",
    "wallet": "share of wallet;wallet share;採購占比;採購份額;采购占比;采购份额;구매 점유율;지갑 점유율",
    "new_products": "new product share;share of new products;新品占比;新產品占比;新产品占比;신제품 비중;신제품 비율",
    "otif": "on time in full;準時足量;准时足量;정시 정량;정시정량",
    "complaints": "number of complaints;客訴件數;客訴;投訴件數;投訴;投诉件数;投诉;클레임 건수;불만 건수",
    "order_days": "days with orders;訂購天數;下單天數;订购天数;下单天数;주문일수;주문 일수",
    "days_to_pay": "days to payment;dso;付款天數;付款天数;결제 일수;결제일수",
    "visits": "number of visits;拜訪次數;拜访次数;방문 횟수;방문횟수",
    "starting": "start;beginning;new business;起步;初創;初创;시작;초기",
    "growing": "growth;expanding;成長;成長期;成长;扩张;成长期;성장;성장기",
    "established": "mature;stable;成熟;成熟期;穩定;稳定;안정;성숙기;성숙",
    "shrinking": "declining;decline;衰退;萎縮;萎缩;쇠퇴;축소기",
    "changing": "in transition;transition;轉型;轉型期;转型;转型期;전환;전환기",
    "en": "english;英文;英語;英语;영어",
    "zh_hant": "traditional chinese;zh-hant;zh-tw;zh_tw;繁體中文;繁體;繁体中文;繁体;번체;번체 중국어",
    "zh_hans": "simplified chinese;zh-hans;zh-cn;zh_cn;簡體中文;簡體;简体中文;简体;간체;간체 중국어",
    "ko": "korean;韓文;韓語;韩文;韩语;한국어",
    # contacts.power
    "decides": "decider;decision maker;decision-maker;approver;決策者;決定;決策;拍板者;决策者;决定;决策;拍板人;결정;결정권자;의사결정자",
    "influences": "influencer;influence;advisor;adviser;影響者;影響;有影響力;影响者;影响;有影响力;영향;영향력 있음;영향력자",
    "uses": "user;end user;uses it;使用者;使用;使用人;用户;사용;사용자",
    "blocks": "blocker;gatekeeper;opponent;阻礙者;阻擋;把關者;守門員;反對者;阻碍者;阻挡;把关人;守门员;反对者;방해;차단;반대자;게이트키퍼",
    # visits.kind, competitor_sightings.what
    "visit": "on-site visit;site visit;we visited;meeting;拜訪;訪問;會議;登門拜訪;拜访;访问;会议;上门拜访;방문;미팅;현장방문;방문영업",
    "visited_us": "they visited us;visit to us;plant visit;來訪;客戶來訪;參訪;来访;客户来访;参观;내방;거래처 내방;고객 방문;공장견학",
    "service_call": "service visit;maintenance visit;repair;維修;服務拜訪;到場服務;保養;维修;服务拜访;上门服务;保养;서비스 방문;수리;점검;유지보수",
    "call": "phone;phone call;telephone;電話;電訪;通話;电话;电访;通话;전화;통화",
    "video": "video call;video meeting;online meeting;teams;zoom;視訊;視訊會議;線上會議;视频;视频会议;线上会议;화상;화상회의;온라인회의",
    "message": "email;e-mail;mail;chat;text message;whatsapp;wechat;line;訊息;郵件;電子郵件;簡訊;消息;邮件;电子邮件;短信;微信;메시지;이메일;메일;문자;카톡;카카오톡",
    # requests.kind, complaints.kind
    "product": "products;goods;產品;商品;产品;제품;상품;품목",
    "custom_product": "custom;customised product;customized product;special product;客製品;客製;訂製品;定制品;定制;定制产品;맞춤제품;맞춤;주문제작",
    "terms": "conditions;payment terms;條件;交易條件;付款條件;条件;交易条件;付款条件;조건;거래조건;결제조건",
    "question": "query;enquiry;inquiry;詢問;問題;諮詢;询问;问题;咨询;질문;문의;질의",
    "quality": "defect;product quality;品質;瑕疵;不良;质量;品质;缺陷;품질;불량;하자",
    "delivery": "shipping;late delivery;logistics;short delivery;交貨;交期;物流;配送;延遲交貨;交货;延迟交货;납품;배송;납기;납기지연",
    "invoice": "billing;invoicing;發票;帳單;請款;开票;发票;账单;请款;청구;송장;세금계산서;계산서",
    "conduct": "behaviour;behavior;manners;attitude;人員態度;態度;行為;人员态度;态度;行为;태도;응대태도;직원 태도",
    # promises.kind, incentives.kind
    "rebate": "bonus;refund;kickback;返利;回饋;折讓;返点;回馈;리베이트;장려금;페이백",
    "reward": "gift;prize;獎勵;獎品;贈品;奖励;奖品;赠品;보상;사은품;포상",
    "credit": "credit note;allowance;貸項;貸項憑單;抵扣;贷项;크레딧;대변;차감",
    "price": "pricing;price cut;quote;quotation;價格;報價;降價;价格;报价;降价;가격;견적;단가;가격인하",
    "support": "help;assistance;支援;協助;技術支援;支持;协助;技术支持;지원;기술지원;협조",
    "discount": "price reduction;折扣;打折;优惠;할인;가격할인",
    "joint_promotion": "promotion;co-marketing;joint marketing;聯合促銷;共同促銷;促銷;联合促销;共同促销;促销;공동판촉;공동 프로모션;판촉;프로모션",
    "sales_contest": "contest;competition;sales competition;銷售競賽;競賽;业绩竞赛;销售竞赛;竞赛;판매 경진대회;판매경쟁;콘테스트",
    "goods": "free goods;goods in kind;samples;實物;贈貨;樣品;实物;赠货;样品;현물;무상 제품;샘플",
    # service_standards.calendar
    "hours": "business hours;working hours;office hours;opening hours;營業時間;上班時間;工作時間;营业时间;上班时间;工作时间;영업시간;근무시간;업무시간",
    "always": "around the clock;24x7;24/7;24h;全天候;全年無休;24小時;全年无休;24小时;상시;24시간;연중무휴",
    # competitor_sightings.what, .source
    "favours": "favors;gifts;entertainment;hospitality;好處;招待;應酬;餽贈;好处;应酬;馈赠;접대;향응;선물",
    "contact": "their contact;customer contact;聯絡人;客戶聯絡人;窗口;联系人;客户联系人;담당자;거래처 담당자",
    "ours": "our people;own staff;our staff;我方;我方人員;自己人;我方人员;당사;당사 직원;우리 직원",
    "public": "press;news;internet;公開;公開資訊;新聞;公开;公开信息;新闻;공개;공개정보;뉴스;언론",
    # company_events.kind
    "price_rise": "price increase;漲價;調漲;涨价;调价;提价;가격 인상;가격인상;단가인상",
    "shortage": "supply shortage;out of stock;缺貨;短缺;缺料;缺货;품귀;공급부족;결품;부족",
    "conflict": "dispute;quarrel;糾紛;衝突;爭議;纠纷;冲突;争议;갈등;분쟁",
    "accident": "incident;fire;意外;事故;火災;火灾;사고;화재",
    "cash": "liquidity;cash shortage;資金;資金短缺;现金;资金;资金短缺;자금;자금난;현금",
    "policy": "new policy;rules;政策;政策變更;規定;政策变更;规定;정책;정책변경;방침",
    "leadership": "new management;change of leadership;ceo change;領導層變動;高層異動;领导层变动;高层变动;경영진 교체;경영진 변경;대표 교체",
}

# What people call a figure on a short scale, by column.
SCORE_WORDS: dict[str, dict[int, str]] = {
    "attitude": {
        2: "strongly for us;champion;very positive;非常支持;大力支持;全力支持;적극 지지;매우 우호적",
        1: "for us;supporter;supportive;positive;friendly;支持;友善;正面;支持者;友好;우호적;지지;긍정",
        0: "neutral;indifferent;中立;普通;一般;중립;보통",
        -1: "against us;negative;critical;opponent;反對;不支持;負面;反对;负面;반대;부정;비우호적",
        -2: "strongly against us;enemy;very negative;非常反對;強烈反對;强烈反对;非常反对;적극 반대",
    },
    "mood": {
        2: "very good;excellent;great;非常好;很好;極佳;极佳;매우 좋음;아주 좋음",
        1: "good;良好;好;不錯;愉快;不错;좋음;양호",
        0: "neutral;normal;ok;okay;average;普通;一般;尚可;보통",
        -1: "poor;bad;tense;不好;不佳;差;緊張;紧张;나쁨;좋지 않음",
        -2: "very poor;very bad;hostile;非常差;很差;極差;极差;매우 나쁨",
    },
    "severity": {
        3: "high;critical;urgent;severe;高;嚴重;重大;緊急;严重;紧急;높음;심각;긴급;상",
        2: "medium;normal;moderate;中;一般;普通;中等;보통;중",
        1: "low;minor;低;輕微;轻微;낮음;경미;하",
    },
    "strength": {
        3: "trusts;trusted;close;strong;信任;密切;深厚;신뢰;긴밀",
        2: "knows well;well;熟;熟悉;熟識;熟识;잘 앎",
        1: "has met;met;acquainted;認識;見過;认识;见过;안면",
        0: "by name;knows of;聽過;听过;이름만",
    },
}
