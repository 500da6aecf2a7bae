public import ApusFrame

/// How often each combination of two variables occurs.
public struct ContingencyTable: Sendable, Equatable {
  /// The values of the first variable: the rows.
  public let rowNames: [String]
  /// The values of the second variable: the columns.
  public let columnNames: [String]
  /// How often each occurs, row by row.
  public let counts: [[Int]]
  /// How many rows of the frame were left out because a value is null.
  public let missingCount: Int

  /// A table of counts, row by row. Throws for rows of different length and counts below 0.
  public init(_ counts: [[Int]]) throws(StatsError) {
    let place = "ContingencyTable(…)"
    let width = counts.first?.count ?? 0
    guard let total = counts.first, !total.isEmpty else {
      throw StatsError(code: .tooFewRows, what: "a table without counts", place: place)
    }
    if let wrong = counts.firstIndex(where: { $0.count != width }) {
      throw StatsError(
        code: .shapeMismatch,
        what: "row \(wrong) has \(counts[wrong].count) counts, row 0 has \(width)", place: place)
    }
    if let wrong = counts.joined().first(where: { $0 < 0 }) {
      throw StatsError(code: .badValue, what: "a count of \(wrong)", place: place)
    }
    rowNames = counts.indices.map { "row \($0 + 1)" }
    columnNames = (0..<width).map { "column \($0 + 1)" }
    self.counts = counts
    missingCount = 0
  }

  /// How often the values of two columns occur together; rows that miss either are left out.
  public init(_ first: AnyColumn, _ second: AnyColumn) throws(StatsError) {
    try self.init(first, second, in: "ContingencyTable(…)")
  }

  init(_ first: AnyColumn, _ second: AnyColumn, in place: String) throws(StatsError) {
    guard first.count == second.count else {
      throw StatsError(
        code: .shapeMismatch,
        what: "\"\(first.name)\" has \(first.count) rows, \"\(second.name)\" has \(second.count)",
        place: place)
    }
    do throws(FrameError) {
      let pairs = try DataFrame(columns: [
        AnyColumn(name: "a", first), AnyColumn(name: "b", second),
      ]).grouped(by: "a", "b").aggregate(count().as("n"))
      let rowKeys = try Self.keys(pairs, "a")
      let columnKeys = try Self.keys(pairs, "b")
      var counts = [[Int]](
        repeating: Array(repeating: 0, count: columnKeys.count), count: rowKeys.count)
      let (a, b) = (try pairs["a"], try pairs["b"])
      let numbers = try pairs["n", as: Int.self]
      let rowPlaces = Dictionary(uniqueKeysWithValues: zip(rowKeys, rowKeys.indices))
      let columnPlaces = Dictionary(uniqueKeysWithValues: zip(columnKeys, columnKeys.indices))
      var missing = 0
      for pair in 0..<pairs.rowCount {
        let number = numbers[pair] ?? 0
        if let row = rowPlaces[a[pair]], let column = columnPlaces[b[pair]] {
          counts[row][column] += number
        } else {
          missing += number
        }
      }
      self.counts = counts
      missingCount = missing
      rowNames = rowKeys.map(\.groupLabel)
      columnNames = columnKeys.map(\.groupLabel)
    } catch { throw StatsError(error, in: place) }
  }

  private static func keys(_ pairs: DataFrame, _ name: String) throws(FrameError) -> [Scalar] {
    let column = try pairs.unique(by: name).sorted(by: SortKey(stringLiteral: name))[name]
    return (0..<column.count).map { column[$0] }.filter { $0 != .null }
  }

  /// The sum of all counts.
  public var total: Int { counts.joined().reduce(0, +) }
  /// The sum of each row.
  public var rowSums: [Int] { counts.map { $0.reduce(0, +) } }
  /// The sum of each column.
  public var columnSums: [Int] {
    columnNames.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
  }

  /// The counts to be expected if rows and columns are independent.
  public var expected: [[Double]] {
    let (rows, columns, all) = (rowSums, columnSums, Double(total))
    return rows.map { row in columns.map { Double(row) * Double($0) / all } }
  }

  /// The counts as a table to show.
  var shown: StatsCard.Table {
    StatsCard.Table(
      header: [""] + columnNames,
      rows: zip(rowNames, counts).map { name, row in [name] + row.map { "\($0)" } })
  }

  /// Throws unless there are 2 × 2 counts.
  func needTwoByTwo(in place: String) throws(StatsError) {
    guard counts.count == 2, columnNames.count == 2 else {
      throw StatsError(
        code: .shapeMismatch, what: "a table of \(counts.count) × \(columnNames.count)",
        place: place, mend: "the test is for tables of 2 × 2")
    }
  }
}

extension DataFrame {
  /// How often the values of two columns occur together.
  public func contingencyTable(
    _ first: String, _ second: String
  ) throws(StatsError) -> ContingencyTable {
    let place = "contingencyTable(\"\(first)\", \"\(second)\")"
    return try ContingencyTable(
      statsColumn(first, in: place), statsColumn(second, in: place), in: place)
  }
}
