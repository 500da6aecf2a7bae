import Foundation
import Testing

/// The numbers of scipy and statsmodels, by Fixtures/oracle/make_stats_tests.py.
struct StatsOracle {
  private let content: [String: Any]

  init() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/stats_tests.json")
    let found = try JSONDecoder().decode(OracleValue.self, from: Data(contentsOf: path))
    content = try #require(found.value as? [String: Any])
  }

  func cases(_ name: String) throws -> [OracleCase] {
    try #require(content[name] as? [[String: Any]]).map(OracleCase.init)
  }

  func one(_ name: String) throws -> OracleCase {
    OracleCase(content: try #require(content[name] as? [String: Any]))
  }
}

/// A value of JSON whose numbers keep their last bit: JSONSerialization rounds those of 17 digits,
/// which breaks ties between differences.
private struct OracleValue: Decodable {
  let value: Any

  init(from decoder: any Decoder) throws {
    let one = try decoder.singleValueContainer()
    if one.decodeNil() {
      value = NSNull()
    } else if let number = try? one.decode(Double.self) {
      value = NSNumber(value: number)
    } else if let text = try? one.decode(String.self) {
      value = text
    } else if let list = try? one.decode([OracleValue].self) {
      value = list.map(\.value)
    } else {
      value = try one.decode([String: OracleValue].self).mapValues(\.value)
    }
  }
}

/// One case: inputs and results by name.
struct OracleCase {
  let content: [String: Any]

  func has(_ name: String) -> Bool { content[name] != nil }

  func number(_ name: String) throws -> Double { try #require(content[name] as? Double) }
  func int(_ name: String) throws -> Int { try #require(content[name] as? Int) }

  /// Numbers; NaN for null.
  func list(_ name: String) throws -> [Double] { try numbers(content[name]) }

  func ints(_ name: String) throws -> [Int] { try #require(content[name] as? [Int]) }

  func rows(_ name: String) throws -> [[Double]] {
    try #require(content[name] as? [Any]).map(numbers)
  }

  func cases(_ name: String) throws -> [OracleCase] {
    try #require(content[name] as? [[String: Any]]).map(OracleCase.init)
  }

  private func numbers(_ value: Any?) throws -> [Double] {
    try #require(value as? [Any]).map { $0 as? Double ?? .nan }
  }
}

/// Expects numbers to agree: relative to the greater of both, or absolutely near 0.
func expectClose(
  _ value: Double?, _ wanted: Double, _ tolerance: Double = 1e-9, absolute: Double = 1e-13,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let value else {
    Issue.record("\(label): nothing, wanted \(wanted)", sourceLocation: sourceLocation)
    return
  }
  let isClose =
    value == wanted || abs(value - wanted) <= absolute
    || abs(value - wanted) <= tolerance * max(abs(value), abs(wanted))
  #expect(isClose, "\(label): \(value), wanted \(wanted)", sourceLocation: sourceLocation)
}

func expectClose(
  _ values: [Double?], _ wanted: [Double], _ tolerance: Double = 1e-9, absolute: Double = 1e-13,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == wanted.count, "\(label)", sourceLocation: sourceLocation)
  for (place, pair) in zip(values, wanted).enumerated() {
    expectClose(
      pair.0, pair.1, tolerance, absolute: absolute, "\(label) [\(place)]",
      sourceLocation: sourceLocation)
  }
}

func expectClose(
  _ value: Double?, _ wanted: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(value, wanted, 1e-9, absolute: 1e-13, label, sourceLocation: sourceLocation)
}

func expectClose(
  _ values: [Double?], _ wanted: [Double], _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(values, wanted, 1e-9, absolute: 1e-13, label, sourceLocation: sourceLocation)
}
