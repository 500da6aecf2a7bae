import Apus

/// The eight tables of TPC-H, held in memory.
struct Tables {
  let customer, lineitem, nation, orders, part, partsupp, region, supplier: LazyFrame

  /// Reads the tables of a folder.
  init(_ folder: String) throws {
    // Amounts of money are floating-point numbers, as they are in polars' tables.
    func table(_ name: String) throws -> LazyFrame {
      var frame = try DataFrame(parquet: "\(folder)/\(name).parquet")
      for field in frame.schema.fields {
        guard case .decimal = field.type else { continue }
        frame = try frame.with(col(field.name).cast(to: .float64), as: field.name)
      }
      return frame.lazy
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
