"""The words for columns of deliveries, stock, credit holds and markets; a part of `heading_words`.

The first word of each language is what the mapping page calls the column, where it is no other table's.
"""

from __future__ import annotations

from mainstay.ledger.kind_words import Words

DELIVERY_WORDS: dict[str, Words] = {
    "delivery_id": (
        "delivery number;delivery id;delivery no;delivery note;delivery note no;shipment no;shipment id;shipment;consignment no;dn no",
        "送貨單號;交貨單號;出貨單號;出貨編號;交貨編號;送貨編號",
        "送货单号;交货单号;发货单号;发货编号;交货编号;送货编号",
        "납품번호;납품 번호;출하번호;배송번호;인도번호;납품서번호",
    ),
    "requested_on": (
        "requested on;requested date;requested for;requested delivery date;wanted on;required date;required on;customer requested date;need by",
        "要求到貨日;要求交期;客戶要求日;需求日期;希望交貨日;客戶需求日",
        "要求到货日;要求交期;客户要求日;需求日期;希望交货日;要货日期",
        "납품 요청일;요청납기;희망납기;납품요청일;요청일자;희망일",
    ),
    "delivered_on": (
        "delivered on;delivery date;actual delivery date;date delivered;actual delivery;arrived on;received on;pod date;goods issue date;shipped on;ship date",
        "實際交貨日;到貨日;到貨日期;交貨日期;送達日期;送達日;簽收日期;實際到貨日;出貨日期",
        "实际交货日;到货日;到货日期;交货日期;送达日期;送达日;签收日期;实际到货日;发货日期",
        "실제 납품일;납품일;납품일자;배송완료일;인도일;도착일;도착일자;출하일",
    ),
    "quantity_ordered": (
        "quantity ordered;ordered quantity;order qty;qty ordered;ordered;order quantity;quantity wanted",
        "訂購數量;訂單數量;應交數量;訂貨數量;訂量",
        "订购数量;订单数量;应交数量;订货数量;订量",
        "주문수량;주문 수량;발주수량;수주수량",
    ),
    "quantity_delivered": (
        "quantity delivered;delivered quantity;delivered qty;qty delivered;shipped qty;qty shipped;shipped quantity;delivered;quantity shipped;received quantity",
        "實交數量;交貨數量;出貨數量;到貨數量;實際交貨數量;送達數量",
        "实交数量;交货数量;发货数量;到货数量;实际交货数量;送达数量",
        "납품수량;납품 수량;출하수량;인도수량;실납품수량",
    ),
    "unit_delivered": (
        "unit delivered;delivered unit;unit of quantity delivered;delivery unit;shipped unit;uom delivered",
        "實交單位;交貨單位;出貨單位;到貨單位",
        "实交单位;交货单位;发货单位;到货单位",
        "납품 단위;납품단위;출하단위;인도단위",
    ),
    "urgent": (
        "urgent;rush;rush order;urgent order;express;emergency;priority",
        "急單;緊急;是否急單;加急;特急",
        "急单;紧急;是否急单;加急;特急",
        "긴급 여부;긴급;긴급주문;급건;특급",
    ),
    "refused_on": (
        "refused on;refusal date;date refused;rejected on;declined on;turned down on",
        "拒絕日;拒單日期;拒絕日期;婉拒日期;拒單日",
        "拒绝日;拒单日期;拒绝日期;拒单日",
        "거절일;거절일자;거부일;반려일",
    ),
    "deliveries.reason": (
        "reason;why;cause;reason for refusal;refusal reason;reason code",
        "原因;理由;拒絕原因;拒單原因;事由",
        "原因;理由;拒绝原因;拒单原因;事由",
        "사유;거절사유;이유;원인",
    ),
    "stock.on": (
        "date;on;stock date;as of;count date;inventory date;day",
        "日期;庫存日期;盤點日;盤點日期;基準日",
        "日期;库存日期;盘点日;盘点日期;基准日",
        "일자;재고일자;기준일;실사일;날짜",
    ),
    "on_hand": (
        "on hand;stock on hand;quantity on hand;in stock;stock;inventory;stock level;available stock;qty on hand",
        "現有庫存;庫存量;庫存;現貨;在庫數;庫存數量;存量",
        "现有库存;库存量;库存;现货;在库数;库存数量;存量",
        "현재고;재고;재고량;재고수량;현재고량;보유재고",
    ),
    "inbound": (
        "inbound;on order;on its way to us;quantity inbound;in transit;incoming;incoming quantity;expected quantity;inbound quantity",
        "在途數量;在途;待入庫數量;預計入庫量;在途量",
        "在途数量;在途;待入库数量;预计入库量;在途量",
        "입고 예정 수량;입고예정수량;입고예정;운송중;미착수량",
    ),
    "inbound_on": (
        "inbound on;expected on;arrives on;eta;arrival date;expected arrival;inbound date;incoming date",
        "預計入庫日;預計到貨日;入庫日期;到港日",
        "预计入库日;预计到货日;入库日期;到港日",
        "입고 예정일;입고예정일;도착예정일;입고일자",
    ),
    "credit_holds.from": (
        "from;held from;hold from;blocked from;hold date;held on;blocked on;start;start date;valid from",
        "起;停單起日;凍結起日;鎖單日期;起日;起始日;開始日期",
        "起;停单起日;冻结起日;锁单日期;起始日;开始日期",
        "시작;보류 시작일;보류시작일;거래정지일;시작일;여신정지일",
    ),
    "credit_holds.to": (
        "to;held until;hold until;released on;released;release date;until;end;end date;valid to",
        "迄;解除日;解除日期;解凍日;停單迄日;迄日;結束日;結束日期",
        "止;解除日;解除日期;解冻日;停单止日;截止日;结束日;结束日期",
        "종료;해제일;보류 해제일;보류해제일;종료일;여신해제일",
    ),
    "index": (
        "index;market index;index value;market;volume index;demand index",
        "指數;市場指數;景氣指數;指數值",
        "指数;市场指数;景气指数;指数值",
        "지수;시장지수;경기지수;지수값",
    ),
}
