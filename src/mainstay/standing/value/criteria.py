"""What an account gets of us beside what a competitor offers, head by head (R19, R22).

Seven heads: product, service, people, image; money, time, effort. A criterion that somebody wrote down
belongs to the first of them whose words stand in it (`docs/measures.md` lists them), else to `other`.
Nothing is weighed into one score: each head says what it rests on.
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money
from mainstay.standing.value.earned import HALF_DAYS

HEADS = ("product", "service", "people", "image", "money", "time", "effort", "other")
# Patterns on texts in lower case, English by whole words; the first that matches counts.
WORDS: dict[str, str] = {
    "money": r"\b(pric(e|es|ing)|cheap(er)?|costs?|discounts?|rebates?|bonus|margins?|payment|credit|terms)\b"
    r"|價|格价|价格|单价|成本|折扣|返利|利潤|利润|付款|帳期|账期|授信|가격|단가|비용|할인|리베이트|마진|결제|여신|외상",
    "time": r"\b(deliver(y|ies)|lead[ -]?times?|speed|fast|quick|on time|availab(le|ility)|stock|shipping)\b"
    r"|交期|交貨|交货|送貨|送货|到貨|到货|速度|及時|及时|庫存|库存|缺貨|缺货|납기|배송|납품|재고|신속|빠른",
    "effort": r"\b(effort|eas(e|y)|simple|simplicity|convenien(t|ce)|hassle|paperwork|minimum order|ordering|portal|one[ -]stop)\b"
    r"|方便|便利|簡單|简单|手續|手续|起訂|起订|最低訂|最低订|下單|下单|一站|편리|편의|간편|절차|최소 ?주문|주문 ?방법",
    "service": r"\b(services?|support|repairs?|complaints?|after[ -]sales|training|warranty|response|installation)\b"
    r"|服務|服务|售後|售后|客訴|客诉|投訴|投诉|維修|维修|保固|保修|培訓|培训|서비스|사후 ?관리|지원|수리|불만|교육|보증",
    "people": r"\b(people|staff|sales ?(man|woman|person|people|reps?)|account manager|relationships?|trust|advice|know-?how|expertise)\b"
    r"|人員|人员|業務|业务员|窗口|客戶經理|客户经理|關係|关系|信任|專業|专业|담당자|영업|직원|관계|신뢰|전문",
    "image": r"\b(brands?|image|reputation|references?|well[ -]known|prestige)\b"
    r"|品牌|形象|聲譽|声誉|口碑|知名|브랜드|이미지|평판|명성|인지도",
    "product": r"\b(quality|products?|range|assortment|spec(s|ifications?)?|reliab(le|ility)|innovati(on|ve)|new(est)? (models?|generations?)|certificat\w*)\b"
    r"|品質|品质|質量|质量|產品|产品|規格|规格|品項|品项|種類|种类|新品|認證|认证|품질|제품|상품|구색|사양|신제품|인증",
}
SEEN = {
    "price": "money",
    "product": "product",
    "service": "service",
    "visit": "people",
    "favours": "people",
}
SEEN_DAYS = 364  # sightings of a competitor tell so long
USUAL_WEIGHT = 1.0  # of a criterion that nobody has weighed
LEAST_PRICED = 3  # prices of a competitor that were seen, before one is called lower
HARDLY = 0.02  # prices so near to each other are the same
SAME_UNIT = 2.0  # a price that is half or double is another unit or pack
NAME_LENGTH = 80
MOST_ROWS = 12


def head_of(column: str) -> str:
    """SQL: the head that a text column belongs to."""
    cases = " ".join(
        f"when regexp_matches(lower({column}), '{pattern}') then '{head}'"
        for head, pattern in WORDS.items()
    )
    return f"case {cases} else 'other' end"


def _seen_prices(known: Known) -> pa.Table:
    """A competitor's prices that were seen, over what the account paid us per unit of the same product in
    the half year before: account_id, ratio."""
    told = known.sql(
        f"""
        select sighting_id, account_id, product_id, "on" as seen_on, price, currency
        from competitor_sightings where price > 0 and product_id is not null
            and "on" >= $as_of::date - {SEEN_DAYS} and account_id is not null
        """
    )
    if not told.num_rows:
        return pa.table(
            {"account_id": pa.array([], pa.string()), "ratio": pa.array([], pa.float64())}
        )
    return known.sql(
        f"""
        with paid as (
            select account_id, product_id, quarter, sum(amount) as amount, sum(quantity) as quantity
            from goods semi join (select distinct account_id, product_id from seen)
                using (account_id, product_id)
            where kind = 'sale' and amount > 0 and quantity > 0 group by all
        )
        select s.sighting_id, s.account_id, s.money / (sum(p.amount) / sum(p.quantity)) as ratio
        from seen s join paid p on p.account_id = s.account_id and p.product_id = s.product_id
            and p.quarter between (($as_of::date - 1 - s.seen_on) // 91)
                and (($as_of::date - 1 - s.seen_on) // 91) + 1
        where s.money is not null group by s.sighting_id, s.account_id, s.money
        having ratio between 1 / {SAME_UNIT} and {SAME_UNIT}
        """,
        seen=with_money(known, told, "price", "seen_on", "currency"),
    )


def heads(known: Known) -> pa.Table:
    """What speaks for us and for a competitor at each account and head of which something is known.

    Returns: account_id, head, criteria (how many), weight (their sum), ours, theirs (shares of their weight that are met;
        null without any), ours_before (as it was known half a year before), assessed_on (the oldest of
        them), competitor (one who meets any of them, or was seen), rivals (all that they were assessed
        against, by name), named (criteria that name one), seen (sightings within a year), priced, price_ratio (median
        of a competitor's price over ours; money alone), verdict: ours, even, theirs, neither, unknown;
        rows (JSON: what proves it)
    """
    return known.sql(
        f"""
        with newest as (
            select *, {head_of("criterion")} as head, coalesce(weight, {USUAL_WEIGHT}) as counts
            from criteria where account_id is not null
            qualify row_number() over (partition by account_id, lower(trim(criterion)),
                coalesce(competitor, '') order by assessed_on desc) = 1
        ),
        before as (
            select account_id, lower(trim(criterion)) as criterion, {head_of("criterion")} as head,
                coalesce(weight, {USUAL_WEIGHT}) as counts, we_meet
            from criteria
            where account_id is not null and assessed_on < $as_of::date - {HALF_DAYS}
            qualify row_number() over (partition by account_id, lower(trim(criterion))
                order by assessed_on desc) = 1
        ),
        each as (
            select account_id, head, lower(trim(criterion)) as criterion,
                arg_max(counts, assessed_on) as counts, arg_max(we_meet, assessed_on) as we_meet,
                bool_or(competitor_meets) as they_meet, max(assessed_on) as assessed_on,
                list(distinct left(competitor, {NAME_LENGTH})) filter (competitor is not null) as rivals,
                min(left(competitor, {NAME_LENGTH})) filter (competitor_meets) as competitor,
                list(['criteria', account_id, criterion, coalesce(competitor, ''),
                    assessed_on::varchar]) as rows
            from newest group by all
        ),
        judged_by as (
            select account_id, head, count(*) as criteria,
                sum(counts) filter (we_meet) as we, sum(counts) filter (they_meet) as they,
                sum(counts) as of_all, min(assessed_on) as assessed_on,
                min(competitor) as competitor, flatten(list(rows)) as rows,
                list_sort(list_distinct(flatten(list(coalesce(rivals, []))))) as rivals,
                count(*) filter (len(rivals) > 0)::int as named
            from each group by all
        ),
        was as (
            select account_id, head, coalesce(sum(counts) filter (we_meet), 0)
                / nullif(sum(counts), 0) as ours_before
            from before group by all
        ),
        sighted as (
            select account_id, case what {" ".join(f"when '{w}' then '{h}'" for w, h in SEEN.items())}
                else 'people' end as head, count(*) as seen, min(left(competitor, {NAME_LENGTH})) as rival,
                list(['competitor_sightings', sighting_id]) as rows
            from competitor_sightings
            where account_id is not null and "on" >= $as_of::date - {SEEN_DAYS} group by all
        ),
        prices as (
            select account_id, 'money' as head, median(ratio) as price_ratio, count(*) as priced
            from priced group by account_id
        ),
        put as (
            select account_id, head, coalesce(criteria, 0)::int as criteria,
                coalesce(of_all, 0.0) as weight,
                case when of_all > 0 then coalesce(we, 0) / of_all end as ours,
                case when of_all > 0 then coalesce(they, 0) / of_all end as theirs, ours_before,
                assessed_on, coalesce(j.competitor, s.rival) as competitor,
                coalesce(rivals, []) as rivals, coalesce(named, 0)::int as named,
                coalesce(seen, 0)::int as seen, coalesce(priced, 0)::int as priced, price_ratio,
                list_concat(coalesce(j.rows, []), coalesce(s.rows, []))[:{MOST_ROWS}] as proofs
            from judged_by j full join sighted s using (account_id, head)
                left join was using (account_id, head) left join prices using (account_id, head)
        )
        select * exclude (proofs), case
                when ours > theirs then 'ours' when ours < theirs then 'theirs'
                when ours = theirs and ours > 0 then 'even' when ours = 0 then 'neither'
                when priced < {LEAST_PRICED} then 'unknown'
                when price_ratio < 1 - {HARDLY} then 'theirs'
                when price_ratio > 1 + {HARDLY} then 'ours' else 'even' end as verdict,
            to_json(proofs)::varchar as rows
        from put semi join judged using (account_id)
        """,
        priced=_seen_prices(known),
    )
