internal import ApusFrame

/// Numbers as text.
enum PlotNumber {
  /// A whole number without a point, another in its shortest form.
  static func text(_ number: Double) -> String {
    guard let whole = Int(exactly: number), abs(number) < 1e15 else { return number.description }
    return String(whole)
  }

  /// A place in a picture: up to two decimals.
  static func coordinate(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return number > 0 ? "1e12" : "-1e12" }
    let hundredths = Int((number * 100).rounded())
    let (whole, part) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if part == 0 { return "\(sign)\(whole)" }
    let digits = part < 10 ? "0\(part)" : (part % 10 == 0 ? "\(part / 10)" : "\(part)")
    return "\(sign)\(whole).\(digits)"
  }

  /// A value as a label.
  static func text(of scalar: Scalar) -> String {
    switch scalar {
    case .null: "null"
    case .bool(let value): String(value)
    case .int(let value): String(value)
    case .double(let value): text(value)
    case .string(let value): value
    case .date(let value): value.description
    case .unsigned, .decimal, .binary, .time, .datetime, .duration, .uuid, .list, .struct:
      scalar.description
    }
  }
}
