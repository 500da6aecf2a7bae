@_implementationOnly import Glibc

/// Numbers as result cards write them.
package enum NumberText {
  /// A number with `digits` significant digits, without needless zeros: `0.0313`, `1.2e-12`.
  package static func short(_ value: Double, digits: Int = 4) -> String {
    formatted(value, "%.\(digits)g")
  }

  /// A number with a fixed count of digits behind the point.
  package static func fixed(_ value: Double, digits: Int) -> String {
    formatted(value, "%.\(digits)f")
  }

  /// A p-value: four digits, and `< 0.0001` below that.
  package static func pValue(_ value: Double) -> String {
    if value.isNaN { return "not defined" }
    return value < 0.0001 ? "< 0.0001" : formatted(value, "%.4f")
  }

  private static func formatted(_ value: Double, _ format: String) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer[0..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
