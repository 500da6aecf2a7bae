import Apus

let queries9to15: [Query] = [
  // Q9: product type profit
  { tables in
    try tables.lineitem
      .joined(
        tables.part.filter(col("p_name").contains("green")), leftOn: ["l_partkey"],
        rightOn: ["p_partkey"], how: .semi
      )
      .joined(
        tables.partsupp, leftOn: ["l_partkey", "l_suppkey"], rightOn: ["ps_partkey", "ps_suppkey"]
      )
      .joined(tables.orders, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .joined(tables.supplier, leftOn: ["l_suppkey"], rightOn: ["s_suppkey"])
      .joined(tables.nation, leftOn: ["s_nationkey"], rightOn: ["n_nationkey"])
      .select(
        col("n_name").as("nation"), col("o_orderdate").year.as("o_year"),
        (revenue - col("ps_supplycost") * col("l_quantity")).as("amount")
      )
      .grouped(by: "nation", "o_year").aggregate(sum("amount").as("sum_profit"))
      .sorted(by: "nation", .descending("o_year"))
  },
  // Q10: returned items
  { tables in
    let bought = try tables.orders
      .filter(col("o_orderdate") >= "1993-10-01" && col("o_orderdate") < "1994-01-01")
    return try tables.lineitem.filter(col("l_returnflag") == "R")
      .joined(bought, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .grouped(by: "o_custkey").aggregate(sum(revenue).as("revenue"))
      .top(20, by: .descending("revenue"))
      .joined(tables.customer, leftOn: ["o_custkey"], rightOn: ["c_custkey"])
      .joined(tables.nation, leftOn: ["c_nationkey"], rightOn: ["n_nationkey"])
      .select(
        col("o_custkey").as("c_custkey"), col("c_name"), col("revenue"), col("c_acctbal"),
        col("n_name"), col("c_address"), col("c_phone"), col("c_comment")
      )
      .sorted(by: .descending("revenue"))
  },
  // Q11: important stock
  { tables in
    let german = try tables.supplier.joined(
      tables.nation.filter(col("n_name") == "GERMANY"), leftOn: ["s_nationkey"],
      rightOn: ["n_nationkey"], how: .semi)
    let stock = try tables.partsupp
      .joined(german, leftOn: ["ps_suppkey"], rightOn: ["s_suppkey"], how: .semi)
      .with(col("ps_supplycost") * col("ps_availqty"), as: "cost")
    return try stock.grouped(by: "ps_partkey").aggregate(sum("cost").as("value"))
      .joined(stock.aggregate((sum("cost") * 0.0001).as("least")), how: .cross)
      .filter(col("value") > col("least"))
      .select("ps_partkey", "value")
      .sorted(by: .descending("value"))
  },
  // Q12: shipping modes and order priority
  { tables in
    let isHigh = col("o_orderpriority").isIn("1-URGENT", "2-HIGH")
    return try tables.lineitem
      .filter(
        col("l_shipmode").isIn("MAIL", "SHIP") && col("l_commitdate") < col("l_receiptdate")
          && col("l_shipdate") < col("l_commitdate") && col("l_receiptdate") >= "1994-01-01"
          && col("l_receiptdate") < "1995-01-01"
      )
      .joined(tables.orders, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .grouped(by: "l_shipmode")
      .aggregate(
        count().where(isHigh).as("high_line_count"), count().where(!isHigh).as("low_line_count"))
      .sorted(by: "l_shipmode")
  },
  // Q13: distribution of customers
  { tables in
    let orders = try tables.orders.filter(!col("o_comment").like("%special%requests%"))
      .grouped(by: "o_custkey").aggregate(count().as("orders"))
    return try tables.customer
      .joined(orders, leftOn: ["c_custkey"], rightOn: ["o_custkey"], how: .left)
      .with(col("orders").fillNull(0), as: "c_count")
      .grouped(by: "c_count").aggregate(count().as("custdist"))
      .sorted(by: .descending("custdist"), .descending("c_count"))
  },
  // Q14: promotion effect
  { tables in
    try tables.lineitem
      .filter(col("l_shipdate") >= "1995-09-01" && col("l_shipdate") < "1995-10-01")
      .joined(tables.part, leftOn: ["l_partkey"], rightOn: ["p_partkey"])
      .aggregate(
        (100 * sum(revenue).where(col("p_type").hasPrefix("PROMO")) / sum(revenue))
          .as("promo_revenue"))
  },
  // Q15: top supplier
  { tables in
    let earned = try tables.lineitem
      .filter(col("l_shipdate") >= "1996-01-01" && col("l_shipdate") < "1996-04-01")
      .grouped(by: "l_suppkey").aggregate(sum(revenue).as("total_revenue"))
    return try tables.supplier
      .joined(
        earned.filter(col("total_revenue") == max("total_revenue").over()),
        leftOn: ["s_suppkey"], rightOn: ["l_suppkey"]
      )
      .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue")
      .sorted(by: "s_suppkey")
  },
]
