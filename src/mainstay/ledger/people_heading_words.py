"""The words for columns of contacts, visits, requests and complaints; a part of `heading_words`.

The first word of each language is what the mapping page calls the column, where it is no other table's.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words, kind_of

PEOPLE_WORDS: dict[str, Words] = {
    # contacts, ties, relationship_levels
    "contact_id": (
        "contact code;contact id;contact no;contact number;contact;person id;contact person;who complained;told by",
        "聯絡人編號;聯絡人代號;連絡人編號;聯絡人;連絡人;窗口;對口人員",
        "联系人编号;联系人代码;联系人ID;联系人;联络人;对接人",
        "담당자 코드;연락처 코드;연락처ID;고객 담당자 코드;거래처 담당자;연락처;연락담당자",
    ),
    "contacts.name": (
        "name;contact name;full name;contact person;person;contact's name",
        "名稱;姓名;聯絡人姓名;連絡人姓名;聯絡人;連絡人;窗口",
        "名称;姓名;联系人姓名;联系人;联络人",
        "이름;성명;담당자명;담당자 이름;연락처명;담당자",
    ),
    "title": (
        "job title;title;position;function;role;job",
        "職稱;職務;頭銜;職位",
        "职位;职务;职称;头衔",
        "직함;직위;직책;직급",
    ),
    "department": (
        "department;dept;division;team;function area",
        "部門;單位;所屬部門;處室",
        "部门;所属部门;科室",
        "부서;소속부서;부서명;소속",
    ),
    "power": (
        "power;influence;buying role;decision role;decision power;say;authority",
        "影響力;決策角色;採購角色;決策權;權力",
        "影响力;决策角色;采购角色;决策权;权力",
        "영향력;의사결정 역할;구매 역할;결정권;권한",
    ),
    "attitude": (
        "attitude;attitude to us;stance;sentiment;disposition;sympathy",
        "態度;對我方態度;立場;好感度;友好程度",
        "态度;对我方态度;立场;好感度;友好程度",
        "태도;당사에 대한 태도;호감도;성향;우호도",
    ),
    "phone": (
        "phone;telephone;phone number;mobile;tel;cell phone;mobile phone",
        "電話;手機;聯絡電話;電話號碼;行動電話",
        "电话;手机;联系电话;电话号码;手机号",
        "전화번호;전화;휴대폰;연락처 전화;핸드폰;휴대전화",
    ),
    "contacts.from": (
        "from;in place from;since;start;start date;valid from;in office since",
        "起日;起;任職日;到任日;起始日;開始日期",
        "起始日;起;任职日;到任日;开始日期",
        "시작일;부임일;시작;재직시작일;개시일",
    ),
    "strength": (
        "strength of tie;strength;tie strength;how well known;closeness;relationship strength",
        "關係強度;關係深淺;強度;熟識程度;交情",
        "关系强度;关系深浅;强度;熟悉程度;交情",
        "관계 강도;친밀도;강도;관계의 깊이;관계강도",
    ),
    "ties.since": (
        "known since;since;acquainted since;from;knows since",
        "認識起日;認識日期;起始日;相識日期;自何時認識",
        "认识日期;相识日期;起始日;自何时认识",
        "알게 된 날;인지일;시작일;교류시작일",
    ),
    "level": (
        "relationship level;level;partnership level;stage of relationship",
        "關係層級;層級;關係等級;等級;合作層級",
        "关系层级;层级;关系等级;等级;合作层级",
        "관계 수준;관계 단계;수준;단계;관계등급;등급",
    ),
    "why": (
        "why;reason;grounds;because;justification",
        "依據;原因;理由;為何",
        "依据;原因;理由;为何",
        "근거;이유;사유;까닭",
    ),
    # visits
    "visit_id": (
        "visit number;visit id;visit no;visit code;call report no;report no;visit report",
        "拜訪編號;拜訪單號;拜訪紀錄編號;訪談編號",
        "拜访编号;拜访单号;拜访记录编号;访谈编号",
        "방문번호;방문 번호;방문ID;방문보고번호",
    ),
    "visits.on": (
        "date;on;visit date;visited on;date of visit;day;call date;meeting date",
        "日期;拜訪日期;拜訪日;訪談日期;會議日期",
        "日期;拜访日期;拜访日;访谈日期;会议日期",
        "일자;방문일;방문일자;날짜;면담일;미팅일자",
    ),
    "contacts": (
        "people met;contacts;met with;attendees;participants;contact;contact persons;with whom;whom",
        "會見人員;受訪者;拜訪對象;出席者;聯絡人;與會人員",
        "会见人员;受访者;拜访对象;出席者;联系人;与会人员",
        "만난 사람;면담자;방문대상;참석자;면담 대상;연락처",
    ),
    "visits.kind": kind_of(
        "kind of visit;visit type;visit kind;channel;contact type",
        "拜訪方式;拜訪類型;訪談方式;聯繫方式",
        "拜访方式;拜访类型;访谈方式;联系方式",
        "방문유형;방문 구분;방문방식;접촉방식",
    ),
    "received_well": (
        "received well;well received;friendly reception;reception;warm welcome",
        "接待良好;受到款待;接待情況;接待",
        "接待良好;受到款待;接待情况;接待",
        "환대 여부;환대;응대 양호;환대받음;응대",
    ),
    "purpose": (
        "purpose;visit purpose;subject;reason of visit;agenda;objective",
        "目的;拜訪目的;主旨;事由;議題",
        "目的;拜访目的;主题;事由;议题",
        "목적;방문목적;방문 목적;주제;안건",
    ),
    "notes": (
        "notes;note;report;visit report text;minutes;summary;remarks;comments;text",
        "紀錄;記錄;拜訪紀錄;備註;會議紀錄;內容;摘要",
        "记录;拜访记录;备注;会议记录;内容;摘要",
        "메모;기록;방문내용;비고;회의록;내용;요약",
    ),
    "mood": (
        "mood;atmosphere;climate;impression;tone",
        "氣氛;氛圍;情緒;印象;觀感;心情",
        "气氛;氛围;情绪;印象;观感;心情",
        "분위기;기분;인상;느낌",
    ),
    "asked_for_opinion": (
        "asked for opinion;opinion asked;feedback asked;feedback visit;survey visit",
        "徵詢意見;詢問意見;意見徵詢;是否徵詢意見;徵求意見",
        "征询意见;询问意见;意见征询;是否征询意见;征求意见",
        "의견 청취;의견 질문;의견청취;의견 청취 여부",
    ),
    "next_on": (
        "next date;next on;next visit;next visit date;next contact;follow up on;follow-up date",
        "下次日期;下次拜訪;下次拜訪日期;下次聯繫日;追蹤日期",
        "下次日期;下次拜访;下次拜访日期;下次联系日;跟进日期",
        "다음 일자;다음 방문일;다음방문;차기 방문일;후속일",
    ),
    # requests
    "request_id": (
        "request number;request id;request no;enquiry no;inquiry no;ticket no",
        "需求編號;需求單號;請求編號;洽詢編號",
        "需求编号;需求单号;请求编号;咨询编号",
        "요청번호;요청 번호;요청ID;문의번호",
    ),
    "raised_on": (
        "raised on;request date;requested on;asked on;date;received on;date of request",
        "提出日;提出日期;需求日期;請求日期;日期",
        "提出日;提出日期;需求日期;请求日期;日期",
        "요청일;요청일자;제기일;문의일;일자",
    ),
    "requests.text": (
        "text;request;what they want;description;details;subject;wish",
        "內容;需求內容;需求;請求內容;說明",
        "内容;需求内容;需求;请求内容;说明",
        "내용;요청내용;요청사항;요청;설명",
    ),
    "requests.kind": kind_of(
        "kind of request;request type;request kind",
        "需求類型;需求類別;請求類型",
        "需求类型;需求类别;请求类型",
        "요청유형;요청구분;요청 종류",
    ),
    "owner_id": (
        "owner code;owner;owner id;responsible;in charge;handled by;person in charge;assignee",
        "負責人編號;負責人;承辦人;處理人員;經辦人",
        "负责人编号;负责人;承办人;处理人员;经办人",
        "담당 직원;담당자;책임자;처리자;담당직원 코드",
    ),
    "answer_due_on": (
        "answer due on;answer due;reply by;answer by;response due;due on;deadline;due date",
        "回覆期限;應回覆日;答覆期限;期限",
        "回复期限;应回复日;答复期限;期限",
        "답변기한;회신기한;답변 기한;기한",
    ),
    "answered_on": (
        "answered on;answer date;replied on;response date;answered",
        "回覆日;回覆日期;答覆日期",
        "回复日;回复日期;答复日期",
        "답변일;회신일;답변일자;회신일자",
    ),
    "outcome": (
        "outcome;result;decision;answer;reply",
        "處理結果;結果;結論;答覆",
        "处理结果;结果;结论;答复",
        "처리결과;결과;처리 결과;답변",
    ),
    # complaints
    "complaint_id": (
        "complaint number;complaint id;complaint no;case no;case id;ticket;ticket id;claim no;complaint",
        "客訴編號;客訴單號;投訴編號;案件編號;申訴編號",
        "投诉编号;客诉编号;投诉单号;案件编号;工单号",
        "클레임번호;클레임 번호;불만번호;접수번호;컴플레인번호",
    ),
    "visits.staff_id": (
        "visited by;visitor;made by;staff id;employee id;employee no;staff no;staff;employee;salesperson;sales rep;staff code",
        "拜訪人;拜訪人員;員工編號;員編;工號;人員編號;業務員編號;業務員;員工",
        "拜访人;拜访人员;员工编号;员工号;工号;人员编号;业务员编号;业务员;员工",
        "방문자;방문담당자;사번;사원번호;직원번호;직원코드;사원코드;담당자코드;담당자;직원",
    ),
    "opened_at": (
        "opened at;opened on;opened;open time;received at;reported at;complaint date;date;complaint time;created at",
        "受理時間;受理日期;開立時間;開立日期;開單時間;客訴日期;投訴時間;提出時間;日期;發生時間;發生日期;客訴時間",
        "受理时间;受理日期;开立时间;开立日期;开单时间;投诉日期;投诉时间;提出时间;日期;发生时间;发生日期;客诉时间",
        "접수일시;접수일;접수시각;클레임일자;발생일시;일자",
    ),
    "complaints.kind": kind_of(
        "kind of complaint;complaint type;complaint kind",
        "客訴類型;客訴類別;投訴類型",
        "投诉类型;投诉类别;客诉类型",
        "클레임유형;불만유형;클레임 구분",
    ),
    "severity": (
        "severity;priority;seriousness;urgency;grade",
        "嚴重度;嚴重程度;優先級;等級",
        "严重度;严重程度;优先级;等级",
        "심각도;중요도;우선순위;등급",
    ),
    "complaints.text": (
        "text;description;complaint text;details;what happened;subject;notes",
        "內容;客訴內容;投訴內容;說明;問題描述",
        "内容;投诉内容;客诉内容;说明;问题描述",
        "내용;클레임내용;불만내용;설명;상세내용",
    ),
    "batch": (
        "batch;lot;batch no;lot no;batch number;lot number;charge",
        "批號;批次;製造批號;生產批號",
        "批号;批次;生产批号;制造批号",
        "로트번호;배치;로트;배치번호;제조번호",
    ),
    "first_answer_at": (
        "first answer at;first answer;first reply;first response;answered at;first response time",
        "首次回覆時間;首次回覆;首次回應;第一次回覆",
        "首次回复时间;首次回复;首次响应;第一次回复",
        "최초 답변 일시;최초답변;최초회신;첫 답변;최초응답일시",
    ),
    "on_site_at": (
        "on site at;on site;arrived at;on-site visit;on site time",
        "到場時間;到場;現場處理時間;抵達時間",
        "到场时间;到场;现场处理时间;到达时间",
        "현장 도착 일시;현장방문일시;현장도착;현장방문",
    ),
    "solved_at": (
        "solved at;solved on;solved;resolved at;resolved on;closed at;closed on;resolution date",
        "解決時間;解決日期;結案時間;結案日期;結案日",
        "解决时间;解决日期;结案时间;结案日期;关闭时间",
        "해결일시;해결일;종결일시;처리완료일;완료일시",
    ),
    "accepted_by_customer": (
        "accepted by account;accepted by customer;accepted;customer accepted;customer satisfied;account satisfied",
        "客戶接受;客戶認可;客戶同意;是否接受",
        "客户接受;客户认可;客户同意;是否接受",
        "거래처 수용;고객 수용;거래처 동의;수용 여부",
    ),
    "root_cause": (
        "root cause;cause;root cause analysis;reason;underlying cause",
        "根本原因;原因;真因;肇因",
        "根本原因;原因;真因;根因",
        "근본원인;근본 원인;원인;발생원인",
    ),
}
