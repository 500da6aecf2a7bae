import ApusFrame
import Foundation

/// A file of NIST's Statistical Reference Datasets.
struct StrdFile {
  let lines: [String]

  init(_ path: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).map(String.init)
  }

  /// The numbers behind the last line that begins with `Data:`, as texts, a row a line.
  var table: [[String]] {
    let start = lines.lastIndex { $0.drop { $0 == " " }.hasPrefix("Data:") } ?? 0
    return rows(behind: start)
  }

  /// The numbers of a univariate set, which stand behind the last rule of dashes.
  var sample: [Double] {
    let start = lines.lastIndex { $0.drop { $0 == " " }.hasPrefix("-----") } ?? 0
    return rows(behind: start).compactMap { $0.first.flatMap(Double.init) }
  }

  private func rows(behind start: Int) -> [[String]] {
    lines[(start + 1)...].map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
      .filter { !$0.isEmpty && $0.allSatisfy { Double($0) != nil } }
  }

  /// The start values and names of a nonlinear set; `which` is 0 or 1.
  func start(_ which: Int) -> [Double] {
    lines.compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count == 6, words[0].hasPrefix("b"), words[1] == "=" else { return nil }
      return Double(words[2 + which])
    }
  }
}

extension Decimal128 {
  /// The number that a text with or without an exponent writes.
  static func exact(_ text: String) -> Decimal128? {
    let parts = text.uppercased().split(separator: "E")
    guard let mantissa = Decimal128(String(parts[0])) else { return nil }
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let scale = mantissa.scale - exponent
    if scale >= 0 { return Decimal128(coefficient: mantissa.coefficient, scale: scale) }
    return Decimal128(coefficient: mantissa.coefficient * power(-scale), scale: 0)
  }

  private static func power(_ exponent: Int) -> Int128 {
    (0..<exponent).reduce(Int128(1)) { product, _ in product * 10 }
  }
}
