package import ApusFrame

/// Columns of numbers that models learn from; NaN where a value is missing.
package struct FeatureTable: Sendable {
  /// The names of the columns.
  package let names: [String]
  /// The numbers, column by column.
  package let columns: [[Double]]
  /// How many rows there are.
  package let rowCount: Int

  /// A table of columns of one length.
  package init(names: [String], columns: [[Double]]) {
    self.names = names
    self.columns = columns
    rowCount = columns.first?.count ?? 0
  }

  /// The named columns of a frame as numbers.
  package init(_ frame: DataFrame, _ names: [String], in place: String) throws(StatsError) {
    guard !names.isEmpty else {
      throw StatsError(
        code: .badOption, what: "no column to learn from", place: place,
        mend: "name at least one column of numbers")
    }
    var columns: [[Double]] = []
    for name in names {
      let column = try frame.column(name, in: place)
      guard column.type.isNumeric || column.type == .bool else {
        throw StatsError(
          code: .typeMismatch, what: "\"\(name)\" is \(column.type), not a number", place: place,
          mend: "add .oneHot(\"\(name)\") to the preprocessing, or leave the column out")
      }
      columns.append(try column.numbers(in: place))
    }
    self.init(names: names, columns: columns)
  }

  /// The table of some of the rows.
  package func rows(_ rows: [Int]) -> FeatureTable {
    FeatureTable(
      names: names, columns: columns.map { column in rows.map { column[$0] } })
  }

  /// Throws when a number is missing or infinite, with the column's name.
  package func requireFinite(in place: String) throws(StatsError) {
    for (name, column) in zip(names, columns) {
      guard let row = column.firstIndex(where: { !$0.isFinite }) else { continue }
      let isMissing = column[row].isNaN
      throw StatsError(
        code: .badValue,
        what: "\"\(name)\" is \(isMissing ? "missing" : "infinite") in row \(row)", place: place,
        mend: isMissing
          ? "add .impute(\"\(name)\") to the preprocessing, or leave out the rows without it"
          : "filter the infinite values out")
    }
  }

  /// Throws when a number is infinite; missing ones are allowed.
  package func requireNoInfinity(in place: String) throws(StatsError) {
    for (name, column) in zip(names, columns) {
      guard let row = column.firstIndex(where: \.isInfinite) else { continue }
      throw StatsError(
        code: .badValue, what: "\"\(name)\" is infinite in row \(row)", place: place,
        mend: "filter the infinite values out")
    }
  }

  /// The numbers row by row.
  package var rowMajor: [Double] {
    let count = rowCount
    let width = columns.count
    var result = [Double](repeating: 0, count: count * width)
    for (place, column) in columns.enumerated() {
      for row in 0..<count { result[row &* width &+ place] = column[row] }
    }
    return result
  }
}

extension DataFrame {
  /// The column of a name, or an error that names the nearest one.
  package func column(_ name: String, in place: String) throws(StatsError) -> AnyColumn {
    do throws(FrameError) {
      _ = try schema.place(of: name, in: place)
      return try self[name]
    } catch {
      throw StatsError(error, in: place)
    }
  }
}
