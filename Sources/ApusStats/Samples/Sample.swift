package import ApusFrame

extension DataFrame {
  /// The numbers of columns, row by row where none of them is null or NaN.
  ///
  /// Whole numbers, decimals and Booleans (0 and 1) become doubles.
  package func completeNumbers(
    _ names: [String], in place: String
  ) throws(StatsError) -> CompleteNumbers {
    var columns: [AnyColumn] = []
    for name in names {
      do throws(FrameError) {
        _ = try schema.place(of: name, in: place)
        columns.append(try self[name])
      } catch {
        throw StatsError(error, in: place)
      }
    }
    return try CompleteNumbers(columns, in: place)
  }
}

/// Samples of equal length without holes.
package struct CompleteNumbers: Sendable {
  /// The numbers of each column, of the rows that are kept.
  package let columns: [[Double]]
  /// The rows that are kept, or `nil` when all are.
  package let keptRows: [Int]?
  /// How many rows were left out because a number was null or NaN.
  package let missingCount: Int

  /// The numbers of columns of one length.
  package init(_ columns: [AnyColumn], in place: String) throws(StatsError) {
    var numbers: [[Double]] = []
    for column in columns { numbers.append(try column.numbers(in: place)) }
    let count = numbers.first?.count ?? 0
    if let other = numbers.firstIndex(where: { $0.count != count }) {
      throw StatsError(
        code: .shapeMismatch,
        what: "\"\(columns[other].name)\" has \(numbers[other].count) rows, "
          + "\"\(columns[0].name)\" has \(count)",
        place: place)
    }
    var isKept = [Bool](repeating: true, count: count)
    var missing = 0
    for sample in numbers {
      for row in 0..<count where sample[row].isNaN && isKept[row] {
        isKept[row] = false
        missing += 1
      }
    }
    missingCount = missing
    guard missing > 0 else {
      self.columns = numbers
      keptRows = nil
      return
    }
    let rows = (0..<count).filter { isKept[$0] }
    self.columns = numbers.map { sample in rows.map { sample[$0] } }
    keptRows = rows
  }
}

extension AnyColumn {
  /// The column's numbers as doubles; NaN where a value is null.
  package func numbers(in place: String) throws(StatsError) -> [Double] {
    let wanted: AnyColumn
    switch type {
    case .float64: wanted = self
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .decimal:
      do throws(FrameError) {
        let frame = try DataFrame(columns: [AnyColumn(name: "x", self)])
        wanted = try frame.select(col("x").cast(to: .float64).as("x"))["x"]
      } catch {
        throw StatsError(error, in: place)
      }
    default:
      throw StatsError(
        code: .typeMismatch, what: "\"\(name)\" is \(type), not a number", place: place,
        mend: "choose a column of numbers, or cast it")
    }
    let values: Column<Double>
    do throws(FrameError) { values = try wanted.as(Double.self) } catch {
      throw StatsError(error, in: place)
    }
    return values.vector.numbers
  }
}

extension FixedWidthColumn<Double> {
  /// The values; NaN where one is null.
  fileprivate var numbers: [Double] {
    let count = count
    var result = values.read { Array(UnsafeBufferPointer(start: $0, count: count)) }
    guard let validity else { return result }
    for row in 0..<count where !validity[row] { result[row] = .nan }
    return result
  }
}
