"""The words for each column in English, Traditional Chinese, Simplified Chinese and Korean.

Likelier words stand first: of two headings that could both be a column, the earlier word wins.
A key with a table (`payments.amount`) holds for that table alone, before the plain one.
"""

from __future__ import annotations

from mainstay.ledger.allocation_words import ALLOCATION_WORDS
from mainstay.ledger.delivery_heading_words import DELIVERY_WORDS
from mainstay.ledger.kind_words import Words
from mainstay.ledger.opinion_words import OPINION_WORDS
from mainstay.ledger.people_heading_words import PEOPLE_WORDS
from mainstay.ledger.play_words import PLAY_WORDS
from mainstay.ledger.quality_words import QUALITY_WORDS
from mainstay.ledger.review_words import REVIEW_WORDS
from mainstay.ledger.supply_words import SUPPLY_WORDS
from mainstay.ledger.terms_heading_words import TERMS_WORDS
from mainstay.ledger.trial_words import TRIAL_WORDS

WORDS: dict[str, Words] = {
    "account_id": (
        "account id;customer id;account no;account number;account code;customer no;customer number;customer code;client id;client no;client code;account;customer;client;cust id;cust no;cust code;cust;buyer id;buyer;bill to;bill-to;sold to;sold-to;sold to party;ship to;dealer code;dealer id;dealer;debtor;debtor no;partner id;kunnr;member id;tax id;vat no",
        "客戶編號;客戶代號;客戶代碼;客戶碼;客編;客代;客戶ID;客戶;買方編號;買方代號;經銷商代號;經銷商編號;經銷商;店號;往來客戶;往來對象;統一編號;統編",
        "客户编号;客户代号;客户代码;客户编码;客户号;客户ID;客户;买方编号;购货单位编码;购货单位;往来单位编码;往来单位;经销商编号;经销商代码;经销商;税号",
        "거래처코드;거래처 코드;거래처번호;거래처ID;고객코드;고객번호;고객ID;거래처;고객;매출처코드;매출처;대리점코드;대리점;판매처;사업자등록번호;사업자번호",
    ),
    "ordered_on": (
        "ordered on;order date;date ordered;invoice date;sales date;document date;doc date;posting date;transaction date;billing date;sold on;date;ship date;shipping date;delivery date;day;order time;created at;created on",
        "訂單日期;訂購日期;下單日期;訂單日;銷貨日期;銷售日期;出貨日期;發票日期;開票日期;單據日期;交易日期;日期;過帳日期;下單時間",
        "订单日期;订购日期;下单日期;订单日;销售日期;出货日期;发货日期;发票日期;开票日期;单据日期;交易日期;日期;过账日期;下单时间",
        "주문일자;주문일;주문날짜;매출일자;매출일;판매일자;판매일;출고일자;출고일;거래일자;거래일;전표일자;송장일자;일자;날짜",
    ),
    "amount": (
        "net amount;amount net;net sales;net value;net revenue;amount excl tax;amount excl vat;amount ex vat;amount before tax;line amount;line total;extended amount;extended price;sales amount;amount;sales;revenue;turnover;value;subtotal;total amount;total price;total;spend",
        "未稅金額;銷售淨額;淨額;未稅小計;銷貨淨額;銷售金額;銷貨金額;訂單金額;金額;小計;銷售額;營業額;總額;總金額;本幣金額",
        "未税金额;不含税金额;无税金额;销售净额;净额;销售金额;订单金额;金额;小计;销售额;营业额;总额;总金额;本币金额",
        "공급가액;순매출액;순매출;매출액;매출금액;판매금액;주문금액;금액;소계;합계금액;합계;총액",
    ),
    "order_id": (
        "order id;order no;order number;order;sales order;so no;so number;invoice no;invoice number;invoice id;invoice;document no;document number;doc no;bill no;receipt no;transaction id;voucher no;vbeln",
        "訂單編號;訂單號碼;訂單號;訂單單號;銷貨單號;銷售單號;出貨單號;單號;單據編號;單據號碼;發票號碼;發票號;傳票號碼;訂單",
        "订单编号;订单号码;订单号;销售单号;出货单号;出库单号;单号;单据编号;单据号码;单据号;发票号码;发票号;凭证号;订单",
        "주문번호;주문 번호;수주번호;매출번호;전표번호;판매번호;출고번호;송장번호;거래번호;계산서번호;주문ID;주문",
    ),
    "line": (
        "line;line no;line number;order line;line id;item no in order;position;pos;seq;sequence;row no",
        "項次;行號;序號;明細序號;項目序號",
        "行号;项次;序号;明细序号;行项目",
        "라인번호;순번;항번;행번호;명세번호;일련번호",
    ),
    "product_id": (
        "product id;product code;product no;product number;stock code;sku;item code;item no;item number;item id;item;material;material no;part no;part number;article no;article number;article;style no;model no;model;matnr;ean;barcode;upc;product",
        "產品編號;產品代號;產品代碼;商品編號;商品代號;商品代碼;品號;料號;貨號;款號;型號;產品型號;條碼;品項編號;產品;商品",
        "产品编号;产品代码;产品编码;商品编号;商品编码;商品代码;存货编码;物料编码;物料号;品号;料号;货号;款号;型号;条码;产品;商品",
        "품목코드;품번;상품코드;제품코드;자재코드;자재번호;제품번호;상품번호;품목번호;모델명;모델;바코드;품목;제품;상품",
    ),
    "product_name": (
        "product name;product description;item name;item description;description;product;material description;article name;article description;goods;name of goods",
        "產品名稱;商品名稱;品名;貨品名稱;品名規格;產品說明;品項;產品;商品",
        "产品名称;商品名称;存货名称;物料名称;品名;货品名称;品名规格;产品说明;产品;商品",
        "품목명;품명;상품명;제품명;자재명;품목;제품;상품",
    ),
    "category": (
        "category;product category;product group;item group;product line;product family;family;product type;class;department;division;material group;item category",
        "品類;類別;產品類別;商品類別;產品分類;商品分類;分類;大類;產品線;產品群",
        "品类;类别;产品类别;商品类别;存货分类;产品分类;商品分类;分类;大类;产品线;物料组",
        "분류;품목분류;제품군;상품군;카테고리;상품분류;제품분류;대분류;품목군",
    ),
    "quantity": (
        "quantity;qty;order qty;ordered quantity;invoiced quantity;units;pieces;pcs;volume;shipped qty;count",
        "數量;訂購數量;訂單數量;銷售數量;銷貨數量;出貨數量;件數",
        "数量;订购数量;订单数量;销售数量;发货数量;出库数量;件数",
        "수량;주문수량;판매수량;매출수량;출고수량;개수",
    ),
    "unit": (
        "unit;uom;unit of measure;sales unit;measure",
        "單位;計量單位;銷售單位",
        "单位;计量单位;销售单位",
        "단위;판매단위;측정단위",
    ),
    "unit_price": (
        "unit price;price;net price;price each;selling price;price per unit;rate per unit",
        "單價;未稅單價;售價;銷售單價;價格",
        "单价;未税单价;不含税单价;售价;销售单价;价格",
        "단가;판매단가;공급단가;가격",
    ),
    "list_amount": (
        "list amount;list price amount;gross amount;amount before discount;list value;gross value;amount at list price",
        "定價金額;牌價金額;折前金額;折扣前金額;原價金額",
        "定价金额;牌价金额;折前金额;折扣前金额;原价金额;目录价金额",
        "정가금액;할인전금액;정상가금액;소비자가금액",
    ),
    "cost": (
        "cost;cost amount;total cost;cogs;cost of goods;cost of sales;cost value",
        "成本;成本金額;銷貨成本;總成本",
        "成本;成本金额;销售成本;总成本",
        "원가;매출원가;원가금액;총원가",
    ),
    "currency": (
        "currency;currency code;curr;ccy;document currency;waers",
        "幣別;幣種;貨幣;交易幣別",
        "币种;币别;货币;交易币种",
        "통화;화폐;통화코드;거래통화",
    ),
    "salesperson_id": (
        "salesperson id;salesperson;sales rep;sales representative;salesman;sales person;sales code;rep;seller;account manager;sales employee",
        "業務員編號;業務員代號;業務員;業務代號;業務人員;業務;銷售人員;銷售員",
        "业务员编号;业务员编码;业务员;销售员编号;销售员;销售人员;业务人员",
        "영업사원코드;영업사원번호;영업사원;영업담당자;담당자코드;담당자;판매사원",
    ),
    "kind": (
        "kind;type;transaction type;document type;doc type;line type;sales type;order type",
        "類型;單據類型;交易類型;單別;種類;類別",
        "类型;单据类型;交易类型;单别;种类;类别",
        "구분;유형;거래유형;전표유형;매출구분;종류",
    ),
    "wanted_on": (
        "wanted on;requested date;requested on;required date;need by;customer requested date;requested delivery date",
        "需求日期;要求交期;客戶要求日;希望交貨日;客戶需求日",
        "需求日期;要求交期;客户要求日;希望交货日;要货日期",
        "희망납기;요청납기;납품요청일;희망일;요청일자",
    ),
    "promised_on": (
        "promised on;promised date;confirmed date;promise date;committed date;confirmed delivery date",
        "承諾交期;預計交期;預交日;確認交期;約定交貨日",
        "承诺交期;预计交期;预交日;确认交期;约定交货日",
        "약속납기;확정납기;납기일;예정납기;납품예정일",
    ),
    "due_on": (
        "due on;due date;payment due;maturity;maturity date;pay by",
        "到期日;應付日期;付款期限;應收日期;應收到期日",
        "到期日;应付日期;付款期限;应收日期;应收到期日",
        "만기일;결제예정일;지급기일;수금예정일;지불기한",
    ),
    "paid_on": (
        "paid on;paid date;payment date;date paid;cleared on;clearing date;received on",
        "付款日;付款日期;收款日;收款日期;實收日期;沖帳日",
        "付款日;付款日期;收款日;收款日期;实收日期;核销日期",
        "입금일;결제일;수금일;지급일;입금일자",
    ),
    "payments.amount": (
        "amount;amount due;invoice amount;open amount;payment amount;paid amount;balance;amount, net",
        "金額;應收金額;收款金額;付款金額;未稅金額",
        "金额;应收金额;收款金额;付款金额;未税金额",
        "금액;청구금액;입금액;수금액;미수금",
    ),
    "payments.currency": (
        "currency;payment currency;invoice currency;currency code;curr;ccy;document currency;waers",
        "幣別;付款幣別;收款幣別;發票幣別;幣種;貨幣;交易幣別",
        "币种;付款币种;收款币种;发票币种;币别;货币;交易币种",
        "통화;결제통화;입금통화;청구통화;화폐;통화코드;거래통화",
    ),
    "targets.amount": (
        "target;target amount;quota;budget;goal;plan;amount;amount, net",
        "目標;目標金額;業績目標;目標額;預算;金額;未稅金額",
        "目标;目标金额;业绩目标;目标额;预算;金额;未税金额",
        "목표;목표금액;매출목표;목표액;예산;금액",
    ),
    "staff_id": (
        "staff id;employee id;employee no;staff no;employee number;staff;employee;manager id;salesperson id;sales rep;staff code",
        "員工編號;員編;工號;人員編號;業務員編號;員工代號;員工",
        "员工编号;员工号;工号;人员编号;业务员编号;员工代码;员工",
        "사번;사원번호;직원번호;직원코드;사원코드;담당자코드;직원",
    ),
    "period": (
        "period;month;year;year month;quarter;target period",
        "期間;月份;年月;年度;季度;目標期間",
        "期间;月份;年月;年度;季度;目标期间",
        "기간;월;연월;년월;연도;분기;목표기간",
    ),
    "month": (
        "month;year month;period;valid month",
        "月份;年月;期間",
        "月份;年月;期间",
        "월;연월;년월;기준월",
    ),
    "rate": (
        "rate;exchange rate;fx rate;conversion rate",
        "匯率;兌換率",
        "汇率;兑换率",
        "환율;적용환율",
    ),
    "name": (
        "name;full name;company name;company;description;title",
        "名稱;全名;全稱;公司名稱;姓名;簡稱",
        "名称;全名;全称;公司名称;姓名;简称",
        "이름;명칭;상호;회사명;성명;상호명",
    ),
    "accounts.name": (
        "account name;customer name;client name;company name;company;name;dealer name;legal name;trading name;short name",
        "客戶名稱;客戶全名;客戶簡稱;公司名稱;名稱;經銷商名稱;店名;客名;簡稱;全名",
        "客户名称;客户全称;客户简称;公司名称;名称;经销商名称;购货单位名称;店名;简称;全称",
        "거래처명;고객명;상호;상호명;회사명;매출처명;대리점명;업체명;이름",
    ),
    "staff.name": (
        "name;full name;employee name;staff name;manager name;salesperson name",
        "姓名;員工姓名;名稱;業務員姓名;人員姓名",
        "姓名;员工姓名;名称;业务员姓名;人员姓名",
        "성명;이름;직원명;사원명;담당자명",
    ),
    "products.name": (
        "name;product name;item name;description;product description;item description",
        "品名;產品名稱;商品名稱;名稱;品名規格",
        "品名;产品名称;商品名称;名称;存货名称",
        "품명;품목명;상품명;제품명;이름",
    ),
    "segment": (
        "segment;customer group;customer type;account type;channel;industry;customer class;customer segment;trade;account's segment",
        "客群;客戶類別;客戶類型;客戶分類;通路;通路別;產業;行業;產業別",
        "客群;客户类别;客户类型;客户分类;渠道;行业;产业",
        "세그먼트;고객군;거래처구분;거래처유형;고객유형;채널;업종;업태;유통채널",
    ),
    "region": (
        "region;area;territory;sales region;sales area;district;state;province;city;zone;account's region",
        "地區;區域;銷售區域;縣市;省份;區別;城市;客戶地區",
        "地区;区域;销售区域;省份;省市;大区;城市;客户地区",
        "지역;권역;영업지역;시도;지사;도시;거래처 지역",
    ),
    "country": (
        "country;country code;country name;nation;land;account's country",
        "國家;國別;國家地區;客戶國家",
        "国家;国别;国家地区;客户国家",
        "국가;나라;국가코드;국가명;거래처 국가",
    ),
    "parent_id": (
        "parent id;parent;parent account;parent customer;chain;head office;headquarters;group account;corporate parent;chain or parent",
        "母公司編號;母公司;上層客戶;總公司;連鎖總部;集團代號;總店;連鎖總部或母公司",
        "母公司编号;母公司;上级客户;总公司;连锁总部;集团代码;总店;连锁总部或母公司",
        "모회사코드;모회사;상위거래처;본사;본점;체인본부;본사 또는 모회사",
    ),
    "group_id": (
        "group id;buying group;group;purchasing group;cooperative;association",
        "採購集團;聯合採購;集團;採購群組;聯購組織;聯合採購集團",
        "采购集团;联合采购;集团;采购组织;联购组织;联合采购集团",
        "구매그룹;공동구매;그룹;그룹코드;구매조합;공동 구매 그룹",
    ),
    "tier": (
        "tier;grade;rank;rating;abc;abc class;class;level",
        "等級;級別;客戶等級;分級;客戶級別",
        "等级;级别;客户等级;分级;客户级别",
        "등급;거래처등급;고객등급;급",
    ),
    "since": (
        "since;customer since;account since;opened on;created on;start date;first contact;registration date",
        "開戶日;建檔日期;往來起始日;起始日期;成立客戶日;首次往來;開始往來日",
        "开户日;建档日期;往来起始日;起始日期;首次往来;创建日期;开始合作日",
        "거래개시일;등록일;거래시작일;개설일;최초거래일",
    ),
    "tax_ids": (
        "tax ids;tax id;tax number;vat;vat no;vat number;vat id;company number;registration number;ein;account's tax number",
        "統一編號;統編;稅籍編號;稅號;客戶統一編號",
        "税号;纳税人识别号;统一社会信用代码;税务登记号;客户税号",
        "사업자등록번호;사업자번호;세금번호;법인번호",
    ),
    "language": (
        "language;preferred language;correspondence language",
        "語言;使用語言",
        "语言;使用语言",
        "언어;사용 언어",
    ),
    "former_supplier": (
        "former supplier;previous supplier;old supplier;came from;supplier before us",
        "原供應商;前供應商;先前供應商;先前的供應商",
        "原供应商;前供应商;先前供应商;之前的供应商",
        "이전공급처;기존공급처;전공급업체;이전 공급사",
    ),
    "referred_by": (
        "referred by;referral;introduced by;recommended by;reference",
        "介紹人;推薦人;介紹來源",
        "介绍人;推荐人;介绍来源",
        "소개자;추천인;소개처",
    ),
    "acquired_by": (
        "acquired by;won by;opened by;developed by",
        "開發人;開發業務;開發者",
        "开发人;开发业务员;开发者",
        "개척자;유치자;개발담당;유치 담당자",
    ),
    "acquisition_cost": (
        "acquisition cost;cost to acquire;cost of acquisition;cac;cost of winning it",
        "開發成本;取得成本;獲客成本",
        "开发成本;取得成本;获客成本",
        "유치비용;획득비용;개척비용",
    ),
    "partnership": (
        "partnership;partner status;exclusivity;alliance",
        "合作關係;夥伴關係;獨家",
        "合作关系;伙伴关系;独家",
        "파트너십;제휴;독점;제휴 관계",
    ),
    "closed_on": (
        "closed on;closed date;closing date;inactive since;deactivated on;blocked on",
        "停業日;關閉日期;停用日期;結束日期;歇業日",
        "停业日;关闭日期;停用日期;结束日期;歇业日",
        "폐업일;거래종료일;종료일;중지일;휴폐업일",
    ),
    "closed_reason": (
        "closed reason;closing reason;reason closed;reason for closing;why closed",
        "停業原因;關閉原因;停用原因;歇業原因",
        "停业原因;关闭原因;停用原因",
        "폐업사유;종료사유;중지사유",
    ),
    "replaced_by": (
        "replaced by;successor;merged into;moved to;new code;superseded by",
        "取代者;替代編號;併入;新編號;替代品號;由何者取代",
        "取代者;替代编号;并入;新编号;替代料号;由何者取代",
        "대체코드;후속코드;합병처;신규코드;대체품번",
    ),
    "on": (
        "on;date;recorded on;stated on;reported on;as of;day",
        "日期;記錄日期;日;時間",
        "日期;记录日期;日;时间",
        "일자;날짜;기록일;기준일",
    ),
    "yearly_purchases": (
        "yearly purchases;annual purchases;total purchases;wallet;wallet size;annual spend;potential;purchase potential;annual demand;purchases a year, from everybody",
        "年採購額;年購買額;年度採購總額;採購潛力;潛力;年需求;年採購總額（向所有供應商）",
        "年采购额;年购买额;年度采购总额;采购潜力;潜力;年需求;年采购总额（向所有供应商）",
        "연간구매액;연구매액;총구매액;구매잠재력;잠재력;연간수요;연간 총구매액(모든 공급사)",
    ),
    "low": (
        "low;lower;minimum;min;from value;at least",
        "下限;最低;最小值;至少",
        "下限;最低;最小值;至少",
        "하한;최저;최소",
    ),
    "high": (
        "high;upper;maximum;max;to value;at most",
        "上限;最高;最大值;至多",
        "上限;最高;最大值;至多",
        "상한;최고;최대",
    ),
    "source": (
        "source;origin;where from;evidence;who says so",
        "來源;資料來源;出處",
        "来源;资料来源;出处;信息来源",
        "출처;자료출처;근거",
    ),
    "notices.kind": (
        "kind;notice;type;notice type;what they said",
        "通知類型;類型;種類;告知事項;類別",
        "通知类型;类型;种类;告知事项;类别",
        "통보유형;유형;구분;종류",
    ),
    "takes_effect_on": (
        "takes effect on;effective date;effective on;effective from",
        "生效日;生效日期",
        "生效日;生效日期",
        "시행일;발효일;적용일",
    ),
    "by_contact_id": (
        "by contact id;contact id;contact;said by;told by",
        "聯絡人編號;聯絡人;告知人",
        "联系人编号;联系人;告知人",
        "연락처코드;연락담당자;통보자;통보한 사람",
    ),
    "text": (
        "text;note;notes;remark;remarks;comment;comments;details",
        "內容;備註;說明;附註",
        "内容;备注;说明;附注",
        "내용;비고;메모;설명",
    ),
    "role": (
        "role;function;position;job;duty;responsibility",
        "角色;職務;職責;職位",
        "角色;职务;职责;职位",
        "역할;직무;직책;담당업무",
    ),
    "reports_to": (
        "reports to;supervisor;superior;boss;line manager;manager",
        "主管;直屬主管;上級;上司",
        "主管;直属主管;上级;上司;直属上级",
        "상급자;상사;보고대상;팀장",
    ),
    "email": (
        "email;e-mail;mail;email address;mail address",
        "電子郵件;信箱;郵件;電郵",
        "电子邮件;邮箱;邮件;电邮;电子邮箱",
        "이메일;메일;전자우편",
    ),
    "joined_on": (
        "joined on;hire date;hired on;start date;date of joining;entry date",
        "到職日;入職日期;到職日期;就職日",
        "入职日;入职日期;到职日期;就职日",
        "입사일;입사일자;채용일",
    ),
    "left_on": (
        "left on;leaving date;termination date;end date;resigned on;exit date",
        "離職日;離職日期;退職日",
        "离职日;离职日期;退职日",
        "퇴사일;퇴사일자;퇴직일",
    ),
    "from": (
        "from;valid from;start;start date;started on;from date;begin;since",
        "起;起始日;開始日期;生效日;起日",
        "起;起始日;开始日期;生效日;起日",
        "시작;시작일;개시일;적용시작일;부터",
    ),
    "to": (
        "to;valid to;until;end;end date;ended on;to date;through",
        "迄;結束日;結束日期;終止日;迄日",
        "止;结束日;结束日期;终止日;止日;截止日",
        "종료;종료일;만료일;적용종료일;까지",
    ),
    "brand": (
        "brand;make;label;trademark",
        "品牌;廠牌;商標",
        "品牌;厂牌;商标",
        "브랜드;상표;제조사",
    ),
    "launched_on": (
        "launched on;launch date;introduced on;available from;release date",
        "上市日;上市日期;推出日期",
        "上市日;上市日期;推出日期",
        "출시일;출시일자;발매일",
    ),
    "discontinued_on": (
        "discontinued on;discontinued date;end of life;withdrawn on;end of sale",
        "停產日;停售日;停產日期;下架日期",
        "停产日;停售日;停产日期;下架日期",
        "단종일;판매중지일;단종일자",
    ),
    "into_id": (
        "into id;into;same as;joined into;main account;master account",
        "併入編號;併入客戶;主客戶;同一客戶",
        "并入编号;并入客户;主客户;同一客户",
        "통합코드;통합거래처;대표거래처;대표코드",
    ),
    "reason": ("reason;why;cause", "原因;理由;事由", "原因;理由;事由", "사유;이유;원인"),
    "by": (
        "by;done by;recorded by;user",
        "經手人;記錄人;使用者",
        "经手人;记录人;用户",
        "처리자;기록자;사용자",
    ),
    "answer": (
        "answer;reply;response;decision",
        "回覆;答覆;判定",
        "答复;回复;判定",
        "답변;응답;판정",
    ),
    "back_on": (
        "back on;back in;expected back;returns on;next season",
        "回購日;預計回來日;下季日期",
        "回购日;预计回来日;下季日期",
        "복귀예정일;재개예정일;다음시즌",
    ),
    "account_volumes.amount": (
        "amount;value;purchases;purchase amount;purchase value;total purchases;amount net;net amount;sell out value;stock value",
        "金額;採購金額;進貨金額;採購額;進貨額;未稅金額;銷出金額;庫存金額",
        "金额;采购金额;进货金额;采购额;进货额;未税金额;销出金额;库存金额",
        "금액;구매금액;매입금액;구매액;매입액;공급가액;판매금액;재고금액",
    ),
    "what": (
        "what;what it is;what the figure is;measure;indicator;kind;type;figure",
        "指標;項目;數值類別;種類;類型",
        "指标;项目;数值类别;种类;类型",
        "항목;지표;수치 구분;구분;유형",
    ),
    "week": (
        "week;week of;week beginning;week starting;week start;calendar week;iso week;week no;year week;date",
        "週次;週;週別;週起始日;年週;日期",
        "周次;周;周别;周起始日;周开始日期;年周;日期",
        "주차;주;주간;주 시작일;연주차;일자",
    ),
    "available": (
        "available;availability;available share;share available;deliverable;could deliver;in stock;service level;available quantity;stock;on hand;share that could be delivered",
        "可供貨率;可供應;可供貨;供貨率;可出貨;可用率;有貨;可用量;可供量;庫存;可供貨比例",
        "可供货率;可供应;可供货;供货率;可出货;可用率;有货;可用量;可供量;库存;可供货比例",
        "공급가능;공급 가능률;공급률;출고가능;가용률;가용;가용수량;재고;공급 가능 비율",
    ),
    "their_price": (
        "their price;their resale price;resale price;retail price;price to their customers;street price",
        "轉售價;零售價;對外售價;終端售價;末端售價",
        "转售价;零售价;对外售价;终端售价",
        "재판매가;소매가;판매단가;최종판매가",
    ),
}
WORDS |= PEOPLE_WORDS | TERMS_WORDS | DELIVERY_WORDS | REVIEW_WORDS | PLAY_WORDS | SUPPLY_WORDS
WORDS |= ALLOCATION_WORDS | QUALITY_WORDS | OPINION_WORDS | TRIAL_WORDS
