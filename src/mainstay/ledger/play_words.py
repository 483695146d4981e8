"""The words for the columns of cases, approvals, runs of plays and snoozes; a part of `heading_words` and `choice_words`.

The first word of each language is what the mapping page calls the column.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

PLAY_WORDS: dict[str, Words] = {
    "play": (
        "play;action;measure taken;what was done;campaign",
        "行動方案;措施;行動;挽留措施",
        "行动方案;措施;行动;挽留措施",
        "대응 방안;조치;대응;유지활동",
    ),
    "chosen": (
        "chosen;chosen by;selection;how chosen",
        "選定方式;選擇方式",
        "选定方式;选择方式",
        "선정방식;선택방식",
    ),
    "probability": (
        "probability;chance;assignment probability",
        "機率;概率;分派機率",
        "概率;分派概率",
        "확률;배정확률",
    ),
    "result": ("result;outcome;what came of it", "結果;成效", "结果;成效", "결과;성과"),
    "case_id": (
        "case number;case id;case no;case",
        "案件編號;個案編號;案件號;案件",
        "案件编号;个案编号;案件号;案件",
        "대응 건 번호;케이스 번호;대응 건;케이스",
    ),
    "cases.opened_on": (
        "case opened on;opened on;opened;date;start date",
        "案件開始日;開始日期;日期",
        "案件开始日;开始日期;日期",
        "대응 건 시작일;케이스 시작일;시작일;일자;날짜",
    ),
    "opened_by": (
        "opened by;case opened by",
        "開案人;建立人",
        "开案人;创建人",
        "등록자;대응 건 등록자",
    ),
    "from_plan": (
        "from plan;plan;plan id;plan name",
        "來自計畫;計畫",
        "来自计划;计划",
        "계획;출처 계획",
    ),
    "cases.state": (
        "case state;state;status",
        "案件狀態;狀態",
        "案件状态;状态",
        "대응 건 상태;상태",
    ),
    "cases.outcome": (
        "outcome of case;outcome;result",
        "案件結果;結果",
        "案件结果;结果",
        "대응 건 결과;결과",
    ),
    "cases.closed_on": (
        "case closed on;closed on;closed;end date",
        "案件結案日;結案日;結案日期",
        "案件结案日;结案日;结案日期",
        "대응 건 종결일;종결일;종결 일자",
    ),
    "step_id": (
        "step number;step id;step no;step",
        "步驟編號;步驟",
        "步骤编号;步骤",
        "단계 번호;단계번호;단계",
    ),
    "n": (
        "order of step;n;no;number;sequence;position",
        "步驟順序;順序;序號",
        "步骤顺序;顺序;序号",
        "단계 순서;순서;순번",
    ),
    "case_steps.what": (
        "what is to be done;what;step;task;to do;action",
        "要做的事;步驟內容;事項;任務",
        "要做的事;步骤内容;事项;任务",
        "할 일;단계 내용;업무;과제",
    ),
    "case_steps.due_on": (
        "step due on;due on;due;due date;by when;deadline",
        "步驟期限;期限;到期日",
        "步骤期限;期限;到期日",
        "단계 기한;기한;마감일",
    ),
    "done_on": (
        "done on;done;completed on;finished on",
        "完成日;完成日期",
        "完成日;完成日期",
        "완료일;완료 일자",
    ),
    "note": (
        "note;notes;remark;remarks;comment;comments",
        "備註;註記;附註",
        "备注;附注;注记",
        "비고;메모",
    ),
    "comment_id": (
        "comment number;comment id;comment no",
        "留言編號;評論編號",
        "留言编号;评论编号",
        "댓글 번호;의견 번호",
    ),
    "win_backs.call_on": (
        "call from;call on;win back from;call date",
        "聯絡起日;聯絡日;贏回日期",
        "联系起日;联系日;赢回日期",
        "연락 시작일;연락일;재유치 시작일",
    ),
    "win_backs.set_on": (
        "date set on;set on;decided on",
        "設定日;決定日",
        "设定日;决定日",
        "설정일;결정일",
    ),
    "until": (
        "put off until;until;snoozed until;to",
        "延後至;至;暫緩至",
        "推迟至;至;暂缓至",
        "보류 기한;보류 종료일;까지",
    ),
    "approval_id": (
        "approval number;request number;approval id;approval no",
        "簽核編號;核准編號;申請編號",
        "审批编号;批准编号;申请编号",
        "승인 번호;신청 번호;결재 번호",
    ),
    "approvals.kind": (
        "pool;budget pool;from budget;kind",
        "預算類別;激勵預算;類型",
        "预算类别;激励预算;类型",
        "예산 구분;인센티브 예산;유형",
    ),
    "asked_on": (
        "asked on;requested on;request date;asked",
        "申請日;申請日期",
        "申请日;申请日期",
        "신청일;신청 일자",
    ),
    "asked_by": (
        "asked by;requested by;requester",
        "申請人",
        "申请人",
        "신청자;신청인",
    ),
    "approvals.amount": (
        "sum asked for;amount asked;requested amount;amount",
        "申請金額;金額",
        "申请金额;金额",
        "신청 금액;금액",
    ),
    "stops_on": (
        "stop date;stops on;ends on;end date",
        "停止日;終止日",
        "停止日;终止日",
        "종료일;중단일",
    ),
    "approvals.state": (
        "state of request;approval state;state;status",
        "申請狀態;簽核狀態;狀態",
        "申请状态;审批状态;状态",
        "신청 상태;승인 상태;상태",
    ),
    "decided_on": (
        "decided on;decision date;approved on;refused on",
        "決定日;核准日;決定日期",
        "决定日;批准日;决定日期",
        "결정일;승인일",
    ),
    "decided_by": (
        "decided by;approver;approved by;refused by",
        "決定人;核准人;簽核人",
        "决定人;批准人;审批人",
        "결정자;승인자;결재자",
    ),
    "approved_amount": (
        "sum approved;approved amount;amount approved",
        "核准金額",
        "批准金额",
        "승인 금액",
    ),
    "approvals.answer": (
        "answer of the approver;answer of approver;reason of decision;remark;answer",
        "批示;決定理由;簽核意見",
        "批示;决定理由;审批意见",
        "결정 사유;승인 의견;답변",
    ),
    "definition": (
        "play definition;definition;json",
        "行動方案定義;措施定義;定義",
        "行动方案定义;措施定义;定义",
        "대응 방안 정의;조치 정의;정의",
    ),
    "in_service": (
        "in service;in use;active;used",
        "使用中;啟用",
        "使用中;启用",
        "사용 중;사용;활성",
    ),
}

PLAY_CHOICE_WORDS: dict[str, str] = {
    # play_runs.chosen
    "rule": "by rule;model;規則;依規則;规则;按规则;규칙;규칙기준",
    "coin": "by chance;random;隨機;抽籤;随机;抽签;무작위;추첨",
    "person": "by a person;by hand;人工;人員;人员;담당자 판단;사람",
    # cases.state, .outcome
    "open": "running;under way;進行中;处理中;處理中;开放;진행 중;진행중",
    "closed": "done;ended;已結案;結案;已结案;结案;종결;완료",
    "kept": "account kept;saved;留住;保住;유지;지킴",
    "partly_kept": "kept in part;partly;部分留住;部分保住;일부 유지",
    "won_back": "came back;重新贏回;贏回;重新赢回;赢回;되찾음;재유치",
    "natural": "natural loss;自然流失;자연 이탈",
    # approvals.state
    "asked": "requested;pending;申請中;待核准;申请中;待批准;신청 중;승인 대기",
    "approved": "granted;已核准;核准;已批准;批准;승인;승인됨",
    "refused": "rejected;declined;denied;已駁回;駁回;不核准;已驳回;驳回;不批准;반려;거절",
    "withdrawn": "taken back;cancelled;已撤回;撤回;已撤销;撤销;철회;취소",
    # snoozes.kind
    "snooze": "put off;later;暫緩;延後;暂缓;推迟;보류;나중에",
    "dismiss": "dismissed;not needed;不處理;略過;不处理;忽略;제외;무시",
}
