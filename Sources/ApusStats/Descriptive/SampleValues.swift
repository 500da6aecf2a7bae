public import ApusFrame

/// What statistics can be asked of: arrays of numbers, of optional numbers, and columns.
public protocol SampleValues: Sendable {
  /// The values row by row, NaN where there is none.
  func namedNumbers(in place: String) throws(StatsError) -> NamedNumbers
}

/// Numbers, NaN where there is none, and what they are called.
public struct NamedNumbers: Sendable, Equatable {
  /// The name; empty when there is none.
  public var name: String
  /// The numbers, one a row.
  public var numbers: [Double]

  /// Numbers under a name.
  public init(name: String = "", _ numbers: [Double]) {
    self.name = name
    self.numbers = numbers
  }
}

/// The number types that an array of a sample may have.
public protocol SampleNumber: Sendable {
  /// The number; NaN when there is none.
  var sampleNumber: Double { get }
}

extension Double: SampleNumber {
  /// The number itself.
  public var sampleNumber: Double { self }
}

extension Float: SampleNumber {
  /// The number as `Double`.
  public var sampleNumber: Double { Double(self) }
}

extension Int: SampleNumber {
  /// The number as `Double`.
  public var sampleNumber: Double { Double(self) }
}

extension Bool: SampleNumber {
  /// 1 for true, 0 for false.
  public var sampleNumber: Double { self ? 1 : 0 }
}

extension Optional: SampleNumber where Wrapped: SampleNumber {
  /// The number; NaN for `nil`.
  public var sampleNumber: Double { self?.sampleNumber ?? .nan }
}

extension Array: SampleValues where Element: SampleNumber {
  /// The numbers of the array, without a name.
  public func namedNumbers(in place: String) throws(StatsError) -> NamedNumbers {
    if Element.self == Double.self {
      // The types are the same: no copy, where a loop would ask each element what it is.
      return NamedNumbers(unsafeBitCast(self, to: [Double].self))
    }
    return NamedNumbers(map(\.sampleNumber))
  }
}

extension AnyColumn: SampleValues {
  /// The numbers of the column under its name; NaN for null.
  public func namedNumbers(in place: String) throws(StatsError) -> NamedNumbers {
    NamedNumbers(name: name, try numbers(in: place))
  }
}

extension Column: SampleValues {
  /// The numbers of the column under its name; NaN for null.
  public func namedNumbers(in place: String) throws(StatsError) -> NamedNumbers {
    try erased.namedNumbers(in: place)
  }
}

/// Numbers without holes: what statistics are computed of.
///
///     let delays = try Sample(flights["dep_delay"])
///     try delays.mean; try delays.quantile(0.9)
///
/// Nulls and NaN are left out and counted; an infinite number is an error.
public struct Sample: Sendable {
  /// What the numbers are called; empty when they have no name.
  public let name: String
  /// The numbers that are there.
  public let values: [Double]
  /// How many rows had no number.
  public let missingCount: Int

  /// The numbers of an array or a column. Throws for columns of other types and infinite numbers.
  public init(_ source: any SampleValues) throws(StatsError) {
    try self.init(source, in: "Sample(…)")
  }

  init(_ source: any SampleValues, in place: String) throws(StatsError) {
    let all = try source.namedNumbers(in: place)
    name = all.name
    guard all.numbers.hasHolesOrInfinities else {
      values = all.numbers
      missingCount = 0
      return
    }
    values = all.numbers.filter { !$0.isNaN }
    missingCount = all.numbers.count - values.count
    if let row = all.numbers.firstIndex(where: \.isInfinite) {
      throw StatsError.infinite(name: all.name, row: row, in: place)
    }
  }

  init(name: String = "", known values: [Double], missingCount: Int = 0) {
    self.name = name
    self.values = values
    self.missingCount = missingCount
  }

  /// How many numbers there are.
  public var count: Int { values.count }

  /// What the sample is called in messages.
  var label: String { name.isEmpty ? "the sample" : "\"\(name)\"" }

  /// Throws when there are fewer numbers than a statistic needs.
  func need(_ least: Int, in place: String) throws(StatsError) {
    guard count < least else { return }
    let missing = missingCount == 0 ? "" : " (\(missingCount) rows have none)"
    throw StatsError(
      code: .tooFewRows,
      what: "\(label) has \(count) value\(count == 1 ? "" : "s")\(missing)", place: place,
      mend: "at least \(least) \(least == 1 ? "is" : "are") needed")
  }

  /// Throws when all numbers are the same.
  func needSpread(in place: String) throws(StatsError) {
    guard let first = values.first, values.allSatisfy({ $0 == first }) else { return }
    throw StatsError(
      code: .badValue, what: "all values of \(label) are \(NumberText.short(first, digits: 6))",
      place: place, mend: "the statistic is not defined without spread; choose another column")
  }
}

extension StatsError {
  static func infinite(name: String, row: Int, in place: String) -> StatsError {
    StatsError(
      code: .badValue,
      what: "row \(row) of \(name.isEmpty ? "the sample" : "\"\(name)\"") is infinite",
      place: place, mend: "leave such rows out, or make them null")
  }
}

/// Several samples whose rows belong together: rows that miss any value are left out of all.
struct PairedSamples: Sendable {
  let samples: [Sample]
  let missingCount: Int

  init(_ sources: [any SampleValues], in place: String) throws(StatsError) {
    var all: [NamedNumbers] = []
    for source in sources {
      let next = try source.namedNumbers(in: place)
      if let first = all.first, first.numbers.count != next.numbers.count {
        let names = [first, next].enumerated().map { index, one in
          one.name.isEmpty ? "sample \(index == 0 ? 1 : all.count + 1)" : "\"\(one.name)\""
        }
        throw StatsError(
          code: .shapeMismatch,
          what: "\(names[0]) has \(first.numbers.count) rows, "
            + "\(names[1]) has \(next.numbers.count)", place: place,
          mend: "give samples whose rows belong together")
      }
      all.append(next)
    }
    let rowCount = all.first?.numbers.count ?? 0
    guard all.contains(where: { $0.numbers.hasHolesOrInfinities }) else {
      samples = all.map { Sample(name: $0.name, known: $0.numbers) }
      missingCount = 0
      return
    }
    var isKept = [Bool](repeating: true, count: rowCount)
    for one in all {
      for (row, value) in one.numbers.enumerated() where !value.isFinite {
        guard value.isNaN else { throw .infinite(name: one.name, row: row, in: place) }
        isKept[row] = false
      }
    }
    let kept = isKept.indices.filter { isKept[$0] }
    let missing = rowCount - kept.count
    missingCount = missing
    samples = all.map { one in
      Sample(name: one.name, known: kept.map { one.numbers[$0] }, missingCount: missing)
    }
  }
}

extension [Double] {
  /// Whether any number is NaN or infinite: times 0 such a number is not 0.
  var hasHolesOrInfinities: Bool {
    withUnsafeBufferPointer { numbers in
      var lanes = SIMD8<Double>()
      let raw = UnsafeRawPointer(numbers.baseAddress)
      let whole = numbers.count & ~7
      for place in stride(from: 0, to: whole, by: 8) {
        guard let raw else { break }
        lanes += raw.loadUnaligned(fromByteOffset: place * 8, as: SIMD8<Double>.self) * 0
      }
      var rest = lanes.sum()
      for place in whole..<numbers.count { rest += numbers[place] * 0 }
      return rest != 0
    }
  }
}
