import Apus

/// The eight tables of TPC-H, held in memory.
struct Tables {
  let customer, lineitem, nation, orders, part, partsupp, region, supplier: LazyFrame

  /// Reads the tables of a folder.
  init(_ folder: String) throws {
    func table(_ name: String) throws -> LazyFrame {
      try DataFrame(csv: "\(folder)/\(name).csv").lazy
    }
    customer = try table("customer")
    lineitem = try table("lineitem")
    nation = try table("nation")
    orders = try table("orders")
    part = try table("part")
    partsupp = try table("partsupp")
    region = try table("region")
    supplier = try table("supplier")
  }
}

/// A query of TPC-H, with the parameters of its validation run.
typealias Query = @Sendable (Tables) throws -> LazyFrame

let revenue = col("l_extendedprice") * (1 - col("l_discount"))
