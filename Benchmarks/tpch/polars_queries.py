"""The 22 queries of TPC-H over polars' lazy frames, joined in the order that suits them."""

from datetime import date

import polars as pl
from polars import col

REVENUE = col("l_extendedprice") * (1 - col("l_discount"))


def q1(t):
    return (
        t.lineitem.filter(col("l_shipdate") <= date(1998, 9, 2))
        .group_by("l_returnflag", "l_linestatus")
        .agg(
            col("l_quantity").sum().alias("sum_qty"),
            col("l_extendedprice").sum().alias("sum_base_price"),
            REVENUE.sum().alias("sum_disc_price"),
            (REVENUE * (1 + col("l_tax"))).sum().alias("sum_charge"),
            col("l_quantity").mean().alias("avg_qty"),
            col("l_extendedprice").mean().alias("avg_price"),
            col("l_discount").mean().alias("avg_disc"),
            pl.len().alias("count_order"),
        )
        .sort("l_returnflag", "l_linestatus")
    )


def q2(t):
    european = t.supplier.join(t.nation, left_on="s_nationkey", right_on="n_nationkey").join(
        t.region.filter(col("r_name") == "EUROPE"), left_on="n_regionkey", right_on="r_regionkey"
    )
    brass = t.part.filter((col("p_size") == 15) & col("p_type").str.ends_with("BRASS"))
    return (
        t.partsupp.join(brass, left_on="ps_partkey", right_on="p_partkey")
        .join(european, left_on="ps_suppkey", right_on="s_suppkey")
        .filter(col("ps_supplycost") == col("ps_supplycost").min().over("ps_partkey"))
        .select(
            "s_acctbal", "s_name", "n_name", col("ps_partkey").alias("p_partkey"), "p_mfgr",
            "s_address", "s_phone", "s_comment",
        )
        .sort("s_acctbal", "n_name", "s_name", "p_partkey", descending=[True, False, False, False])
        .head(100)
    )


def q3(t):
    building = t.customer.filter(col("c_mktsegment") == "BUILDING")
    bought = t.orders.filter(col("o_orderdate") < date(1995, 3, 15)).join(
        building, left_on="o_custkey", right_on="c_custkey"
    )
    return (
        t.lineitem.filter(col("l_shipdate") > date(1995, 3, 15))
        .join(bought, left_on="l_orderkey", right_on="o_orderkey")
        .group_by("l_orderkey", "o_orderdate", "o_shippriority")
        .agg(REVENUE.sum().alias("revenue"))
        .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
        .sort("revenue", "o_orderdate", descending=[True, False])
        .head(10)
    )


def q4(t):
    late = t.lineitem.filter(col("l_commitdate") < col("l_receiptdate"))
    return (
        t.orders.filter(col("o_orderdate").is_between(date(1993, 7, 1), date(1993, 9, 30)))
        .join(late, left_on="o_orderkey", right_on="l_orderkey", how="semi")
        .group_by("o_orderpriority")
        .agg(pl.len().alias("order_count"))
        .sort("o_orderpriority")
    )


def q5(t):
    asian = t.nation.join(
        t.region.filter(col("r_name") == "ASIA"), left_on="n_regionkey", right_on="r_regionkey"
    )
    suppliers = t.supplier.join(asian, left_on="s_nationkey", right_on="n_nationkey")
    bought = t.orders.filter(
        col("o_orderdate").is_between(date(1994, 1, 1), date(1994, 12, 31))
    ).join(t.customer, left_on="o_custkey", right_on="c_custkey")
    return (
        t.lineitem.join(bought, left_on="l_orderkey", right_on="o_orderkey")
        .join(
            suppliers, left_on=["l_suppkey", "c_nationkey"], right_on=["s_suppkey", "s_nationkey"]
        )
        .group_by("n_name")
        .agg(REVENUE.sum().alias("revenue"))
        .sort("revenue", descending=True)
    )


def q6(t):
    return t.lineitem.filter(
        col("l_shipdate").is_between(date(1994, 1, 1), date(1994, 12, 31))
        & col("l_discount").is_between(0.05, 0.07)
        & (col("l_quantity") < 24)
    ).select((col("l_extendedprice") * col("l_discount")).sum().alias("revenue"))


def q7(t):
    two = t.nation.filter(col("n_name").is_in(["FRANCE", "GERMANY"]))
    suppliers = t.supplier.join(two, left_on="s_nationkey", right_on="n_nationkey").select(
        "s_suppkey", col("n_name").alias("supp_nation")
    )
    customers = t.customer.join(two, left_on="c_nationkey", right_on="n_nationkey").select(
        "c_custkey", col("n_name").alias("cust_nation")
    )
    bought = t.orders.join(customers, left_on="o_custkey", right_on="c_custkey")
    return (
        t.lineitem.filter(col("l_shipdate").is_between(date(1995, 1, 1), date(1996, 12, 31)))
        .join(suppliers, left_on="l_suppkey", right_on="s_suppkey")
        .join(bought, left_on="l_orderkey", right_on="o_orderkey")
        .filter(col("supp_nation") != col("cust_nation"))
        .with_columns(col("l_shipdate").dt.year().alias("l_year"))
        .group_by("supp_nation", "cust_nation", "l_year")
        .agg(REVENUE.sum().alias("revenue"))
        .sort("supp_nation", "cust_nation", "l_year")
    )


def q8(t):
    american = t.nation.join(
        t.region.filter(col("r_name") == "AMERICA"), left_on="n_regionkey", right_on="r_regionkey"
    )
    customers = t.customer.join(
        american, left_on="c_nationkey", right_on="n_nationkey", how="semi"
    )
    steel = t.part.filter(col("p_type") == "ECONOMY ANODIZED STEEL")
    bought = t.orders.filter(
        col("o_orderdate").is_between(date(1995, 1, 1), date(1996, 12, 31))
    ).join(customers, left_on="o_custkey", right_on="c_custkey", how="semi")
    return (
        t.lineitem.join(steel, left_on="l_partkey", right_on="p_partkey", how="semi")
        .join(bought, left_on="l_orderkey", right_on="o_orderkey")
        .join(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
        .join(t.nation, left_on="s_nationkey", right_on="n_nationkey")
        .with_columns(col("o_orderdate").dt.year().alias("o_year"), REVENUE.alias("volume"))
        .group_by("o_year")
        .agg(
            (
                col("volume").filter(col("n_name") == "BRAZIL").sum().cast(pl.Float64)
                / col("volume").sum().cast(pl.Float64)
            ).alias("mkt_share")
        )
        .sort("o_year")
    )


def q9(t):
    green = t.part.filter(col("p_name").str.contains("green", literal=True))
    return (
        t.lineitem.join(green, left_on="l_partkey", right_on="p_partkey", how="semi")
        .join(
            t.partsupp, left_on=["l_partkey", "l_suppkey"], right_on=["ps_partkey", "ps_suppkey"]
        )
        .join(t.orders, left_on="l_orderkey", right_on="o_orderkey")
        .join(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
        .join(t.nation, left_on="s_nationkey", right_on="n_nationkey")
        .select(
            col("n_name").alias("nation"), col("o_orderdate").dt.year().alias("o_year"),
            (REVENUE - col("ps_supplycost") * col("l_quantity")).alias("amount"),
        )
        .group_by("nation", "o_year")
        .agg(col("amount").sum().alias("sum_profit"))
        .sort("nation", "o_year", descending=[False, True])
    )


def q10(t):
    bought = t.orders.filter(col("o_orderdate").is_between(date(1993, 10, 1), date(1993, 12, 31)))
    return (
        t.lineitem.filter(col("l_returnflag") == "R")
        .join(bought, left_on="l_orderkey", right_on="o_orderkey")
        .group_by("o_custkey")
        .agg(REVENUE.sum().alias("revenue"))
        .top_k(20, by="revenue")
        .join(t.customer, left_on="o_custkey", right_on="c_custkey")
        .join(t.nation, left_on="c_nationkey", right_on="n_nationkey")
        .select(
            col("o_custkey").alias("c_custkey"), "c_name", "revenue", "c_acctbal", "n_name",
            "c_address", "c_phone", "c_comment",
        )
        .sort("revenue", descending=True)
    )


def q11(t):
    german = t.supplier.join(
        t.nation.filter(col("n_name") == "GERMANY"),
        left_on="s_nationkey", right_on="n_nationkey", how="semi",
    )
    stock = t.partsupp.join(
        german, left_on="ps_suppkey", right_on="s_suppkey", how="semi"
    ).with_columns((col("ps_supplycost") * col("ps_availqty")).alias("cost"))
    least = stock.select((col("cost").sum().cast(pl.Float64) * 0.0001).alias("least"))
    return (
        stock.group_by("ps_partkey")
        .agg(col("cost").sum().alias("value"))
        .join(least, how="cross")
        .filter(col("value").cast(pl.Float64) > col("least"))
        .select("ps_partkey", "value")
        .sort("value", descending=True)
    )


def q12(t):
    is_high = col("o_orderpriority").is_in(["1-URGENT", "2-HIGH"])
    return (
        t.lineitem.filter(
            col("l_shipmode").is_in(["MAIL", "SHIP"])
            & (col("l_commitdate") < col("l_receiptdate"))
            & (col("l_shipdate") < col("l_commitdate"))
            & col("l_receiptdate").is_between(date(1994, 1, 1), date(1994, 12, 31))
        )
        .join(t.orders, left_on="l_orderkey", right_on="o_orderkey")
        .group_by("l_shipmode")
        .agg(
            is_high.sum().alias("high_line_count"), is_high.not_().sum().alias("low_line_count")
        )
        .sort("l_shipmode")
    )


def q13(t):
    bought = (
        t.orders.filter(~col("o_comment").str.contains("special.*requests"))
        .group_by("o_custkey")
        .agg(pl.len().alias("orders"))
    )
    return (
        t.customer.join(bought, left_on="c_custkey", right_on="o_custkey", how="left")
        .with_columns(col("orders").fill_null(0).alias("c_count"))
        .group_by("c_count")
        .agg(pl.len().alias("custdist"))
        .sort("custdist", "c_count", descending=True)
    )


def q14(t):
    return (
        t.lineitem.filter(col("l_shipdate").is_between(date(1995, 9, 1), date(1995, 9, 30)))
        .join(t.part, left_on="l_partkey", right_on="p_partkey")
        .select(
            (
                100
                * REVENUE.filter(col("p_type").str.starts_with("PROMO")).sum().cast(pl.Float64)
                / REVENUE.sum().cast(pl.Float64)
            ).alias("promo_revenue")
        )
    )


def q15(t):
    earned = (
        t.lineitem.filter(col("l_shipdate").is_between(date(1996, 1, 1), date(1996, 3, 31)))
        .group_by("l_suppkey")
        .agg(REVENUE.sum().alias("total_revenue"))
        .filter(col("total_revenue") == col("total_revenue").max())
    )
    return (
        t.supplier.join(earned, left_on="s_suppkey", right_on="l_suppkey")
        .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue")
        .sort("s_suppkey")
    )


def q16(t):
    wanted = t.part.filter(
        (col("p_brand") != "Brand#45")
        & ~col("p_type").str.starts_with("MEDIUM POLISHED")
        & col("p_size").is_in([49, 14, 23, 45, 19, 3, 36, 9])
    )
    complained = t.supplier.filter(col("s_comment").str.contains("Customer.*Complaints"))
    return (
        t.partsupp.join(wanted, left_on="ps_partkey", right_on="p_partkey")
        .join(complained, left_on="ps_suppkey", right_on="s_suppkey", how="anti")
        .group_by("p_brand", "p_type", "p_size")
        .agg(col("ps_suppkey").n_unique().alias("supplier_cnt"))
        .sort(
            "supplier_cnt", "p_brand", "p_type", "p_size", descending=[True, False, False, False]
        )
    )


def q17(t):
    boxes = t.part.filter((col("p_brand") == "Brand#23") & (col("p_container") == "MED BOX"))
    quantity = col("l_quantity").cast(pl.Float64)
    return (
        t.lineitem.join(boxes, left_on="l_partkey", right_on="p_partkey", how="semi")
        .filter(quantity < 0.2 * quantity.mean().over("l_partkey"))
        .select((col("l_extendedprice").sum().cast(pl.Float64) / 7).alias("avg_yearly"))
    )


def q18(t):
    large = (
        t.lineitem.group_by("l_orderkey")
        .agg(col("l_quantity").sum().alias("sum_qty"))
        .filter(col("sum_qty") > 300)
    )
    return (
        large.join(t.orders, left_on="l_orderkey", right_on="o_orderkey")
        .join(t.customer, left_on="o_custkey", right_on="c_custkey")
        .select(
            "c_name", col("o_custkey").alias("c_custkey"), col("l_orderkey").alias("o_orderkey"),
            "o_orderdate", "o_totalprice", "sum_qty",
        )
        .sort("o_totalprice", "o_orderdate", descending=[True, False])
        .head(100)
    )


def q19(t):
    def wanted(brand, containers, quantity, size):
        return (
            (col("p_brand") == brand)
            & col("p_container").is_in(containers)
            & col("l_quantity").is_between(quantity, quantity + 10)
            & (col("p_size") <= size)
        )

    return (
        t.lineitem.filter(
            col("l_shipmode").is_in(["AIR", "AIR REG"])
            & (col("l_shipinstruct") == "DELIVER IN PERSON")
        )
        .join(t.part.filter(col("p_size") >= 1), left_on="l_partkey", right_on="p_partkey")
        .filter(
            wanted("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
            | wanted("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10)
            | wanted("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15)
        )
        .select(REVENUE.sum().alias("revenue"))
    )


def q20(t):
    forest = t.part.filter(col("p_name").str.starts_with("forest"))
    shipped = (
        t.lineitem.filter(col("l_shipdate").is_between(date(1994, 1, 1), date(1994, 12, 31)))
        .join(forest, left_on="l_partkey", right_on="p_partkey", how="semi")
        .group_by("l_partkey", "l_suppkey")
        .agg(col("l_quantity").sum().cast(pl.Float64).alias("shipped"))
    )
    ample = t.partsupp.join(
        shipped, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"]
    ).filter(col("ps_availqty") > 0.5 * col("shipped"))
    return (
        t.supplier.join(ample, left_on="s_suppkey", right_on="ps_suppkey", how="semi")
        .join(
            t.nation.filter(col("n_name") == "CANADA"),
            left_on="s_nationkey", right_on="n_nationkey", how="semi",
        )
        .select("s_name", "s_address")
        .sort("s_name")
    )


def q21(t):
    is_late = col("l_receiptdate") > col("l_commitdate")
    saudi = t.supplier.join(
        t.nation.filter(col("n_name") == "SAUDI ARABIA"),
        left_on="s_nationkey", right_on="n_nationkey", how="semi",
    )
    failed = t.orders.filter(col("o_orderstatus") == "F")
    late = (
        t.lineitem.filter(is_late)
        .join(saudi, left_on="l_suppkey", right_on="s_suppkey")
        .join(failed, left_on="l_orderkey", right_on="o_orderkey", how="semi")
    )
    key = col("l_suppkey")
    alone = (
        t.lineitem.join(late, on="l_orderkey", how="semi")
        .group_by("l_orderkey")
        .agg(
            key.min().alias("least"), key.max().alias("greatest"),
            key.filter(is_late).min().alias("least_late"),
            key.filter(is_late).max().alias("greatest_late"),
        )
        .filter(
            (col("least") != col("greatest")) & (col("least_late") == col("greatest_late"))
        )
    )
    return (
        late.join(alone, on="l_orderkey", how="semi")
        .group_by("s_name")
        .agg(pl.len().alias("numwait"))
        .sort("numwait", "s_name", descending=[True, False])
        .head(100)
    )


def q22(t):
    called = t.customer.with_columns(
        col("c_phone").str.slice(0, 2).alias("cntrycode"),
        col("c_acctbal").cast(pl.Float64).alias("balance"),
    ).filter(col("cntrycode").is_in(["13", "31", "23", "29", "30", "18", "17"]))
    usual = called.filter(col("balance") > 0).select(col("balance").mean().alias("usual"))
    return (
        called.join(usual, how="cross")
        .filter(col("balance") > col("usual"))
        .join(t.orders, left_on="c_custkey", right_on="o_custkey", how="anti")
        .group_by("cntrycode")
        .agg(pl.len().alias("numcust"), col("c_acctbal").sum().alias("totacctbal"))
        .sort("cntrycode")
    )


QUERIES = [
    q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15, q16, q17, q18, q19, q20, q21,
    q22,
]
