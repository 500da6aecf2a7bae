import Apus

let queries1to8: [Query] = [
  // Q1: pricing summary
  { tables in
    try tables.lineitem.filter(col("l_shipdate") <= "1998-09-02")
      .grouped(by: "l_returnflag", "l_linestatus")
      .aggregate(
        sum("l_quantity").as("sum_qty"), sum("l_extendedprice").as("sum_base_price"),
        sum(revenue).as("sum_disc_price"),
        sum(revenue * (1 + col("l_tax"))).as("sum_charge"), mean("l_quantity").as("avg_qty"),
        mean("l_extendedprice").as("avg_price"), mean("l_discount").as("avg_disc"),
        count().as("count_order")
      )
      .sorted(by: "l_returnflag", "l_linestatus")
  },
  // Q2: supplier of least cost
  { tables in
    let european = try tables.supplier
      .joined(tables.nation, leftOn: ["s_nationkey"], rightOn: ["n_nationkey"])
      .joined(
        tables.region.filter(col("r_name") == "EUROPE"), leftOn: ["n_regionkey"],
        rightOn: ["r_regionkey"])
    let brass = try tables.part
      .filter(col("p_size") == 15 && col("p_type").hasSuffix("BRASS"))
    return try tables.partsupp
      .joined(brass, leftOn: ["ps_partkey"], rightOn: ["p_partkey"])
      .joined(european, leftOn: ["ps_suppkey"], rightOn: ["s_suppkey"])
      .filter(col("ps_supplycost") == min("ps_supplycost").over("ps_partkey"))
      .select(
        col("s_acctbal"), col("s_name"), col("n_name"), col("ps_partkey").as("p_partkey"),
        col("p_mfgr"), col("s_address"), col("s_phone"), col("s_comment")
      )
      .top(100, by: .descending("s_acctbal"), "n_name", "s_name", "p_partkey")
  },
  // Q3: shipping priority
  { tables in
    let building = try tables.customer.filter(col("c_mktsegment") == "BUILDING")
    let open = try tables.orders.filter(col("o_orderdate") < "1995-03-15")
      .joined(building, leftOn: ["o_custkey"], rightOn: ["c_custkey"])
    return try tables.lineitem.filter(col("l_shipdate") > "1995-03-15")
      .joined(open, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .grouped(by: "l_orderkey", "o_orderdate", "o_shippriority")
      .aggregate(sum(revenue).as("revenue"))
      .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
      .top(10, by: .descending("revenue"), "o_orderdate")
  },
  // Q4: order priority checking
  { tables in
    try tables.orders
      .filter(col("o_orderdate") >= "1993-07-01" && col("o_orderdate") < "1993-10-01")
      .joined(
        tables.lineitem.filter(col("l_commitdate") < col("l_receiptdate")),
        leftOn: ["o_orderkey"], rightOn: ["l_orderkey"], how: .semi
      )
      .grouped(by: "o_orderpriority").aggregate(count().as("order_count"))
      .sorted(by: "o_orderpriority")
  },
  // Q5: local supplier volume
  { tables in
    let asian = try tables.nation.joined(
      tables.region.filter(col("r_name") == "ASIA"), leftOn: ["n_regionkey"],
      rightOn: ["r_regionkey"])
    let suppliers = try tables.supplier
      .joined(asian, leftOn: ["s_nationkey"], rightOn: ["n_nationkey"])
    let bought = try tables.orders
      .filter(col("o_orderdate") >= "1994-01-01" && col("o_orderdate") < "1995-01-01")
      .joined(tables.customer, leftOn: ["o_custkey"], rightOn: ["c_custkey"])
    return try tables.lineitem
      .joined(bought, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .joined(
        suppliers, leftOn: ["l_suppkey", "c_nationkey"], rightOn: ["s_suppkey", "s_nationkey"]
      )
      .grouped(by: "n_name").aggregate(sum(revenue).as("revenue"))
      .sorted(by: .descending("revenue"))
  },
  // Q6: forecasting revenue change
  { tables in
    try tables.lineitem
      .filter(
        col("l_shipdate") >= "1994-01-01" && col("l_shipdate") < "1995-01-01"
          && col("l_discount") >= 0.05 && col("l_discount") <= 0.07 && col("l_quantity") < 24
      )
      .aggregate(sum(col("l_extendedprice") * col("l_discount")).as("revenue"))
  },
  // Q7: volume shipping
  { tables in
    let two = try tables.nation.filter(col("n_name").isIn("FRANCE", "GERMANY"))
    let suppliers = try tables.supplier
      .joined(two, leftOn: ["s_nationkey"], rightOn: ["n_nationkey"])
      .select(col("s_suppkey"), col("n_name").as("supp_nation"))
    let customers = try tables.customer
      .joined(two, leftOn: ["c_nationkey"], rightOn: ["n_nationkey"])
      .select(col("c_custkey"), col("n_name").as("cust_nation"))
    return try tables.lineitem
      .filter(col("l_shipdate") >= "1995-01-01" && col("l_shipdate") <= "1996-12-31")
      .joined(suppliers, leftOn: ["l_suppkey"], rightOn: ["s_suppkey"])
      .joined(
        tables.orders.joined(customers, leftOn: ["o_custkey"], rightOn: ["c_custkey"]),
        leftOn: ["l_orderkey"], rightOn: ["o_orderkey"]
      )
      .filter(col("supp_nation") != col("cust_nation"))
      .with(col("l_shipdate").year, as: "l_year")
      .grouped(by: "supp_nation", "cust_nation", "l_year")
      .aggregate(sum(revenue).as("revenue"))
      .sorted(by: "supp_nation", "cust_nation", "l_year")
  },
  // Q8: national market share
  { tables in
    let american = try tables.nation
      .joined(
        tables.region.filter(col("r_name") == "AMERICA"), leftOn: ["n_regionkey"],
        rightOn: ["r_regionkey"])
    let customers = try tables.customer
      .joined(american, leftOn: ["c_nationkey"], rightOn: ["n_nationkey"], how: .semi)
    let steel = try tables.part.filter(col("p_type") == "ECONOMY ANODIZED STEEL")
    let bought = try tables.orders
      .filter(col("o_orderdate") >= "1995-01-01" && col("o_orderdate") <= "1996-12-31")
      .joined(customers, leftOn: ["o_custkey"], rightOn: ["c_custkey"], how: .semi)
    return try tables.lineitem
      .joined(steel, leftOn: ["l_partkey"], rightOn: ["p_partkey"], how: .semi)
      .joined(bought, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .joined(tables.supplier, leftOn: ["l_suppkey"], rightOn: ["s_suppkey"])
      .joined(tables.nation, leftOn: ["s_nationkey"], rightOn: ["n_nationkey"])
      .with(col("o_orderdate").year, as: "o_year")
      .grouped(by: "o_year")
      .aggregate(
        (sum(revenue).where(col("n_name") == "BRAZIL") / sum(revenue)).as("mkt_share"))
      .sorted(by: "o_year")
  },
]
