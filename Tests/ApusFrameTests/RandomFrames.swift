import ApusFrame
import TestSupport

/// Frames of random columns of every type, with nulls, NaN, −0 and equal values.
struct RandomFrames {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// A frame of `rowCount` rows whose keys `k…` take about `distinct` values.
  mutating func frame(rowCount: Int, distinct: Int, nullShare: Double = 0.1) throws -> DataFrame {
    let range = 0..<Swift.max(distinct, 1)
    let words = range.map { place in
      place % 3 == 0 ? "key \(place) with more than twelve bytes" : "k\(place)"
    }
    let special = [0.0, -0.0, Double.nan, .infinity, -.infinity, 0x1p53 + 2]
    return try DataFrame(columns: [
      column("kInt", rowCount, nullShare) { Int.random(in: range, using: &$0) - 3 },
      column("kWide", rowCount, nullShare) {
        Int.random(in: range, using: &$0) &* 0x1234_5678_9abc_def
      },
      column("kText", rowCount, nullShare) { words.randomElement(using: &$0) ?? "" },
      column("kListed", rowCount, nullShare) { words.randomElement(using: &$0) ?? "" }.listed,
      column("kDouble", rowCount, nullShare) { random -> Double in
        Bool.random(using: &random)
          ? special.randomElement(using: &random) ?? 0
          : Double(Int.random(in: range, using: &random)) / 4
      },
      column("kBool", rowCount, nullShare) { Bool.random(using: &$0) },
      column("kDay", rowCount, nullShare) {
        CivilDate(daysSinceEpoch: Int32(Int.random(in: range, using: &$0)))
      },
      column("n", rowCount, nullShare) { Int.random(in: -1000...1000, using: &$0) },
      column("x", rowCount, nullShare) { Double.random(in: -1e3...1e3, using: &$0) },
      AnyColumn(name: "row", AnyColumn((0..<rowCount).map(Optional.some))),
    ])
  }

  private mutating func column(
    _ name: String, _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> Int
  ) -> AnyColumn {
    AnyColumn(name: name, AnyColumn(values(count, nullShare, value)))
  }
  private mutating func column(
    _ name: String, _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> Double
  ) -> AnyColumn {
    AnyColumn(name: name, AnyColumn(values(count, nullShare, value)))
  }
  private mutating func column(
    _ name: String, _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> String
  ) -> AnyColumn {
    AnyColumn(name: name, AnyColumn(values(count, nullShare, value)))
  }
  private mutating func column(
    _ name: String, _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> Bool
  ) -> AnyColumn {
    AnyColumn(name: name, AnyColumn(values(count, nullShare, value)))
  }
  private mutating func column(
    _ name: String, _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> CivilDate
  ) -> AnyColumn {
    AnyColumn(name: name, AnyColumn(values(count, nullShare, value)))
  }

  private mutating func values<Value>(
    _ count: Int, _ nullShare: Double, _ value: (inout SeededRandom) -> Value
  ) -> [Value?] {
    (0..<count).map { _ in
      let isNull = Double.random(in: 0..<1, using: &random) < nullShare
      let made = value(&random)
      return isNull ? nil : made
    }
  }
}

/// A key as the engine means it: NaN equals NaN, −0 equals 0, null equals null.
struct NaiveKey: Hashable {
  let parts: [Scalar]

  init(_ frame: DataFrame, _ columns: [AnyColumn], _ row: Int) {
    parts = columns.map { column in
      if case .double(let value) = column[row] {
        if value.isNaN { return .string("NaN") }
        return .double(value == 0 ? 0 : value)
      }
      return column[row]
    }
  }

  var hasNull: Bool { parts.contains(.null) }
}
