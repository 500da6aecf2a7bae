import Apus

let queries16to22: [Query] = [
  // Q16: relations of parts and suppliers
  { tables in
    let wanted = try tables.part.filter(
      col("p_brand") != "Brand#45" && !col("p_type").hasPrefix("MEDIUM POLISHED")
        && col("p_size").isIn(49, 14, 23, 45, 19, 3, 36, 9))
    let complained = try tables.supplier
      .filter(col("s_comment").like("%Customer%Complaints%"))
    return try tables.partsupp
      .joined(wanted, leftOn: ["ps_partkey"], rightOn: ["p_partkey"])
      .joined(complained, leftOn: ["ps_suppkey"], rightOn: ["s_suppkey"], how: .anti)
      .grouped(by: "p_brand", "p_type", "p_size")
      .aggregate(countDistinct("ps_suppkey").as("supplier_cnt"))
      .sorted(by: .descending("supplier_cnt"), "p_brand", "p_type", "p_size")
  },
  // Q17: revenue of small orders
  { tables in
    let boxes = try tables.part
      .filter(col("p_brand") == "Brand#23" && col("p_container") == "MED BOX")
    return try tables.lineitem
      .joined(boxes, leftOn: ["l_partkey"], rightOn: ["p_partkey"], how: .semi)
      .filter(col("l_quantity") < 0.2 * mean("l_quantity").over("l_partkey"))
      .aggregate((sum("l_extendedprice") / 7).as("avg_yearly"))
  },
  // Q18: customers of large volumes
  { tables in
    let large = try tables.lineitem.grouped(by: "l_orderkey")
      .aggregate(sum("l_quantity").as("sum_qty"))
      .filter(col("sum_qty") > 300)
    return try large
      .joined(tables.orders, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"])
      .joined(tables.customer, leftOn: ["o_custkey"], rightOn: ["c_custkey"])
      .select(
        col("c_name"), col("o_custkey").as("c_custkey"), col("l_orderkey").as("o_orderkey"),
        col("o_orderdate"), col("o_totalprice"), col("sum_qty")
      )
      .top(100, by: .descending("o_totalprice"), "o_orderdate")
  },
  // Q19: discounted revenue
  { tables in
    func wanted(_ brand: String, _ containers: [String], _ quantity: Double, size: Int) -> Expr {
      col("p_brand") == brand && col("p_container").isIn(containers)
        && col("l_quantity") >= quantity && col("l_quantity") <= quantity + 10
        && col("p_size") <= size
    }
    let small = wanted("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, size: 5)
    let medium = wanted("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, size: 10)
    let large = wanted("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, size: 15)
    return try tables.lineitem
      .filter(
        col("l_shipmode").isIn("AIR", "AIR REG")
          && col("l_shipinstruct") == "DELIVER IN PERSON"
      )
      .joined(
        tables.part.filter(col("p_size") >= 1), leftOn: ["l_partkey"], rightOn: ["p_partkey"]
      )
      .filter(small || medium || large)
      .aggregate(sum(revenue).as("revenue"))
  },
  // Q20: promotion of parts
  { tables in
    let forest = try tables.part.filter(col("p_name").hasPrefix("forest"))
    let shipped = try tables.lineitem
      .filter(col("l_shipdate") >= "1994-01-01" && col("l_shipdate") < "1995-01-01")
      .joined(forest, leftOn: ["l_partkey"], rightOn: ["p_partkey"], how: .semi)
      .grouped(by: "l_partkey", "l_suppkey").aggregate(sum("l_quantity").as("shipped"))
    let ample = try tables.partsupp
      .joined(
        shipped, leftOn: ["ps_partkey", "ps_suppkey"], rightOn: ["l_partkey", "l_suppkey"]
      )
      .filter(col("ps_availqty") > 0.5 * col("shipped"))
    return try tables.supplier
      .joined(ample, leftOn: ["s_suppkey"], rightOn: ["ps_suppkey"], how: .semi)
      .joined(
        tables.nation.filter(col("n_name") == "CANADA"), leftOn: ["s_nationkey"],
        rightOn: ["n_nationkey"], how: .semi
      )
      .select("s_name", "s_address").sorted(by: "s_name")
  },
  // Q21: suppliers who kept orders waiting
  { tables in
    let isLate = col("l_receiptdate") > col("l_commitdate")
    let saudi = try tables.supplier.joined(
      tables.nation.filter(col("n_name") == "SAUDI ARABIA"), leftOn: ["s_nationkey"],
      rightOn: ["n_nationkey"], how: .semi)
    let failed = try tables.orders.filter(col("o_orderstatus") == "F")
    let late = try tables.lineitem.filter(isLate)
      .joined(saudi, leftOn: ["l_suppkey"], rightOn: ["s_suppkey"])
      .joined(failed, leftOn: ["l_orderkey"], rightOn: ["o_orderkey"], how: .semi)
    // One supplier was late, and others were not: of the suppliers of an order, least and greatest
    // differ, and those of the late ones are the same.
    let alone = try tables.lineitem
      .joined(late, on: "l_orderkey", how: .semi)
      .grouped(by: "l_orderkey")
      .aggregate(
        min("l_suppkey").as("least"), max("l_suppkey").as("greatest"),
        min("l_suppkey").where(isLate).as("leastLate"),
        max("l_suppkey").where(isLate).as("greatestLate")
      )
      .filter(col("least") != col("greatest") && col("leastLate") == col("greatestLate"))
    return try late.joined(alone, on: "l_orderkey", how: .semi)
      .grouped(by: "s_name").aggregate(count().as("numwait"))
      .top(100, by: .descending("numwait"), "s_name")
  },
  // Q22: global sales opportunity
  { tables in
    let called = try tables.customer
      .with(col("c_phone").slice(from: 0, count: 2), as: "cntrycode")
      .filter(col("cntrycode").isIn("13", "31", "23", "29", "30", "18", "17"))
    let usual = try called.aggregate(mean("c_acctbal").where(col("c_acctbal") > 0).as("usual"))
    return try called.joined(usual, how: .cross)
      .filter(col("c_acctbal") > col("usual"))
      .joined(tables.orders, leftOn: ["c_custkey"], rightOn: ["o_custkey"], how: .anti)
      .grouped(by: "cntrycode")
      .aggregate(count().as("numcust"), sum("c_acctbal").as("totacctbal"))
      .sorted(by: "cntrycode")
  },
]
