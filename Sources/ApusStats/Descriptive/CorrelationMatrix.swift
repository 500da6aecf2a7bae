public import ApusFrame

/// Correlations of every pair of some columns.
public struct CorrelationMatrix: StatsResult, Equatable {
  /// The columns.
  public let names: [String]
  /// The correlations.
  public let values: Matrix
  /// The p-values of the two-sided tests against 0; 0 on the diagonal.
  public let pValues: Matrix
  /// How many rows each pair has.
  public let counts: [[Int]]
  /// How the pairs were correlated.
  public let method: CorrelationMethod
  /// How many rows lack a value of any column.
  public let missingCount: Int

  /// The correlation of two columns, or `nil` when one is not among them.
  public subscript(first: String, second: String) -> Double? {
    guard let row = names.firstIndex(of: first), let column = names.firstIndex(of: second) else {
      return nil
    }
    return values[row, column]
  }

  /// The correlations as a table, starred by p-value.
  public var card: StatsCard {
    func text(_ row: Int, _ column: Int) -> String {
      if row == column { return "1" }
      let p = pValues[row, column]
      return NumberText.fixed(values[row, column], digits: 3)
        + (p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : "")
    }
    let rows = names.indices.map { row in
      [names[row]] + names.indices.map { text(row, $0) }
    }
    var notes = ["* p < 0.05, ** p < 0.01, *** p < 0.001, not corrected for their number"]
    if missingCount > 0 {
      notes.append("\(missingCount) rows lack a value; each pair uses the rows that have both")
    }
    return StatsCard(
      title: "Correlations (\(method))", tables: [.init(header: [""] + names, rows: rows)],
      notes: notes)
  }
}

extension DataFrame {
  /// The correlations of every pair of columns; without names of all columns of numbers.
  ///
  /// - Missing: each pair uses the rows that have both values. - Cost: O(n k²), and sorting each
  ///   column for ranks.
  public func correlations(
    _ columns: String..., method: CorrelationMethod = .pearson
  ) throws(StatsError) -> CorrelationMatrix {
    let place = "correlations(…)"
    let names = columns.isEmpty ? schema.fields.filter(\.type.isNumeric).map(\.name) : columns
    guard names.count > 1 else {
      throw StatsError(
        code: .badOption, what: "\(names.count) columns of numbers", place: place,
        mend: "at least two are needed")
    }
    var samples: [NamedNumbers] = []
    for name in names {
      let numbers = try statsColumn(name, in: place).namedNumbers(in: place)
      let sample = try Sample(numbers.numbers, in: place)
      try Sample(name: name, known: sample.values, missingCount: sample.missingCount)
        .needSpread(in: place)
      samples.append(numbers)
    }
    return try CorrelationMatrix(samples, method, in: place)
  }
}

extension CorrelationMatrix {
  init(
    _ samples: [NamedNumbers], _ method: CorrelationMethod, in place: String
  ) throws(StatsError) {
    let size = samples.count
    names = samples.map(\.name)
    self.method = method
    let rows = samples[0].numbers.count
    let holes = samples.filter { $0.numbers.contains(where: \.isNaN) }
    missingCount =
      holes.isEmpty
      ? 0 : (0..<rows).count { row in holes.contains { $0.numbers[row].isNaN } }
    var values = Matrix.identity(size)
    var pValues = Matrix(rowCount: size, columnCount: size)
    var counts = [[Int]](repeating: Array(repeating: rows, count: size), count: size)
    if holes.isEmpty, method != .kendall, rows > 2 {
      var columns = samples.map(\.numbers)
      if method == .spearman { columns = try columns.ranked(in: place) }
      values = try Matrix(correlating: columns, in: place)
      let freedom = Double(rows - 2)
      for first in 0..<size {
        for second in 0..<size where second != first {
          let r = values[first, second]
          let t = r * (freedom / ((1 - r) * (1 + r))).squareRoot()
          pValues[first, second] =
            Swift.abs(r) == 1 ? 0 : Tails.studentT(t, freedom, .twoSided)
        }
      }
    } else {
      for first in 0..<size {
        for second in 0..<first {
          let one = try ApusStats.correlation(
            NamedSource(samples[first]), NamedSource(samples[second]), method: method)
          (values[first, second], values[second, first]) = (
            one.statistic.value, one.statistic.value
          )
          (pValues[first, second], pValues[second, first]) = (one.pValue, one.pValue)
          (counts[first][second], counts[second][first]) = (
            one.counts[0].count, one.counts[0].count
          )
        }
        counts[first][first] = samples[first].numbers.count { !$0.isNaN }
      }
    }
    self.values = values
    self.pValues = pValues
    self.counts = counts
  }
}

/// Numbers that are known by name, as a source of samples.
struct NamedSource: SampleValues {
  let numbers: NamedNumbers
  init(_ numbers: NamedNumbers) { self.numbers = numbers }
  func namedNumbers(in place: String) throws(StatsError) -> NamedNumbers { numbers }
}

extension [[Double]] {
  /// The ranks of each column, columns side by side on all threads.
  fileprivate func ranked(in place: String) throws(StatsError) -> [[Double]] {
    do throws(FrameError) {
      return try parallelMap(count) { Ranks(self[$0]).ranks }
    } catch { throw StatsError(error, in: place) }
  }
}

extension Matrix {
  /// Pearson's correlations of columns of one length, by products of pieces that stay in the cache.
  fileprivate init(correlating columns: [[Double]], in place: String) throws(StatsError) {
    let size = columns.count
    let count = columns[0].count
    var centres: [Double] = []
    for column in columns {
      centres.append(try Sums.total(column, in: place).sum.divided(by: count).value)
    }
    let means = centres
    let pieceSize = 2048
    let pieces: [[Double]]
    do throws(FrameError) {
      // A few long tasks: each adds its pieces up before the sums are merged in order.
      let tasks = Swift.max(1, Swift.min(64, count / (4 * pieceSize)))
      let share = (count + tasks - 1) / tasks
      pieces = try parallelMap(tasks) { task in
        CorrelationPieces.sum(
          columns, means, rows: task * share..<Swift.min((task + 1) * share, count),
          pieceSize: pieceSize)
      }
    } catch { throw StatsError(error, in: place) }
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: (size + 1) * size)
    for piece in pieces { for slot in piece.indices { sums[slot].add(piece[slot]) } }
    // The last row holds what the deviations sum to: the rounding of the means.
    let rest = (0..<size).map { sums[size * size + $0].value }
    func product(_ a: Int, _ b: Int) -> Double {
      sums[Swift.max(a, b) * size + Swift.min(a, b)].value - rest[a] * rest[b] / Double(count)
    }
    self = .identity(size)
    for row in 0..<size {
      for column in 0..<row {
        let r =
          product(row, column)
          / (product(row, row).squareRoot() * product(column, column).squareRoot())
        let bounded = Swift.min(Swift.max(r, -1), 1)
        self[row, column] = bounded
        self[column, row] = bounded
      }
    }
  }
}

/// Products of centred columns, summed over rows.
private enum CorrelationPieces {
  static func sum(
    _ columns: [[Double]], _ means: [Double], rows: Range<Int>, pieceSize: Int
  ) -> [Double] {
    let size = columns.count
    var totals = [Double](repeating: 0, count: (size + 1) * size)
    var centred = [Double](repeating: 0, count: size * pieceSize)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: pieceSize) {
      let length = Swift.min(pieceSize, rows.upperBound - start)
      centred.withUnsafeMutableBufferPointer { target in
        for column in 0..<size {
          let mean = means[column]
          var rest = 0.0
          columns[column].withUnsafeBufferPointer { source in
            for row in 0..<length {
              let deviation = source[start + row] - mean
              target[column * pieceSize + row] = deviation
              rest += deviation
            }
            for row in length..<pieceSize { target[column * pieceSize + row] = 0 }
          }
          totals[size * size + column] += rest
        }
        let raw = UnsafeRawBufferPointer(target)
        for row in stride(from: 0, to: size, by: 2) {
          for column in stride(from: 0, through: row, by: 2) {
            add(raw, row, column, size, pieceSize, &totals)
          }
        }
      }
    }
    return totals
  }

  /// Adds the products of two columns with two others.
  private static func add(
    _ raw: UnsafeRawBufferPointer, _ row: Int, _ column: Int, _ size: Int, _ pieceSize: Int,
    _ totals: inout [Double]
  ) {
    let nextRow = Swift.min(row + 1, size - 1)
    let nextColumn = Swift.min(column + 1, size - 1)
    var (a, b) = (SIMD4<Double>(), SIMD4<Double>())
    var (c, d) = (SIMD4<Double>(), SIMD4<Double>())
    for place in stride(from: 0, to: pieceSize * 8, by: 32) {
      func load(_ column: Int) -> SIMD4<Double> {
        raw.loadUnaligned(fromByteOffset: column * pieceSize * 8 + place, as: SIMD4<Double>.self)
      }
      let (x, y) = (load(row), load(nextRow))
      let (u, v) = (load(column), load(nextColumn))
      a += x * u
      b += x * v
      c += y * u
      d += y * v
    }
    totals[row * size + column] += a.sum()
    if nextColumn != column, nextColumn <= row { totals[row * size + nextColumn] += b.sum() }
    if nextRow != row {
      totals[nextRow * size + column] += c.sum()
      if nextColumn != column { totals[nextRow * size + nextColumn] += d.sum() }
    }
  }
}
