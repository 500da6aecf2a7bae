@_implementationOnly import Glibc

/// The texts of an axis of numbers: one format for all, as many decimals as the step asks for.
enum NumberLabels {
  /// The specifier for numbers from `low` to `high` in about `count` steps; `given` with what it
  /// leaves open. `isEven` says that the steps are equal.
  static func format(
    _ low: Double, _ high: Double, _ count: Int, isWhole: Bool, isEven: Bool, _ given: String?
  ) -> String {
    if let given { return given }
    let reach = Swift.max(abs(low), abs(high))
    guard isEven else { return reach >= 1e7 || (low > 0 && low < 1e-4) ? "~e" : ",.12~g" }
    let step = NumberTicks.step(low, high, count)
    if reach >= 1e15 || !step.isFinite || step < 1e-6 { return ".\(significant(step, reach))~e" }
    if reach >= 1e7 { return "~s" }
    let decimals = isWhole ? 0 : NumberTicks.decimals(of: step)
    return reach < 10_000 ? ".\(decimals)f" : ",.\(decimals)f"
  }

  private static func significant(_ step: Double, _ reach: Double) -> Int {
    guard step.isFinite, step > 0 else { return 2 }
    return Swift.max(
      0, Swift.min(15, NumberFormat.exponent(reach) - NumberFormat.exponent(step)))
  }

  /// The labels, with what d3's formatting of a span settles: the decimals of `f` and `%` and the one
  /// prefix of `s`.
  static func labels(
    _ values: [Double], _ specifier: String, _ low: Double, _ high: Double, _ count: Int,
    isEven: Bool
  ) -> [String] {
    let format = NumberFormat(specifier)
    guard isEven else { return values.map { format.text($0) } }
    let step = NumberTicks.step(low, high, count)
    let reach = Swift.max(abs(low), abs(high))
    switch format.type {
    case "f", "%":
      guard format.precision == nil else { break }
      let decimals = Swift.max(
        0, -NumberFormat.exponent(step) - (format.type == "%" ? 2 : 0))
      let body = specifier.dropLast()
      let isTrimmed = body.hasSuffix("~")
      let full = NumberFormat(
        "\(isTrimmed ? body.dropLast() : body).\(decimals)\(isTrimmed ? "~" : "")\(format.type)")
      return values.map { full.text($0) }
    case "s":
      let third = Swift.max(
        -8, Swift.min(8, Int((Double(NumberFormat.exponent(reach)) / 3).rounded(.down))))
      let decimals =
        format.precision ?? Swift.max(0, third * 3 - NumberFormat.exponent(step))
      let trim = specifier.contains("~") ? "~" : ""
      let plain = NumberFormat(".\(decimals)\(trim)f")
      let factor = pow(10, Double(-third * 3))
      return values.map { plain.text($0 * factor) + NumberFormat.prefixes[third + 8] }
    default: break
    }
    return values.map { format.text($0) }
  }
}
