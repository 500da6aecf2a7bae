@_implementationOnly import Glibc

/// Numbers as d3-format writes them, for specifiers `[+][,][.precision][~][type]` with the types
/// `f`, `d`, `e`, `%`, `s`, `g` and none.
struct NumberFormat {
  private var showsPlus = false
  private var groups = false
  private(set) var precision: Int?
  private var trims = false
  private(set) var type: Character = " "
  /// Whether the specifier is of the language that is known here.
  private(set) var isKnown = true

  init(_ specifier: String) {
    var rest = Substring(specifier)
    if rest.first == "+" {
      showsPlus = true
      rest.removeFirst()
    }
    if rest.first == "," {
      groups = true
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      let digits = rest.prefix { $0.isNumber }
      precision = Int(digits)
      if precision == nil { isKnown = false }
      rest.removeFirst(digits.count)
    }
    if rest.first == "~" {
      trims = true
      rest.removeFirst()
    }
    if let first = rest.first, "fde%sg".contains(first) {
      type = first
      rest.removeFirst()
    }
    if !rest.isEmpty || (precision ?? 0) > 20 { isKnown = false }
    if type == " ", precision == nil {
      // Up to twelve digits, without zeros at the end.
      (type, precision, trims) = ("g", 12, true)
    }
  }

  /// The power of ten of a number's first digit; 0 of 0.
  static func exponent(_ value: Double) -> Int {
    guard value != 0, value.isFinite else { return 0 }
    return parts(abs(value), digits: 17).exponent
  }

  static let prefixes = [
    "y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y",
  ]

  /// The digits of a number without zeros at the end.
  static func fixedDigits(_ value: Double) -> String {
    var digits = parts(abs(value), digits: 12).digits.filter { $0 != "." }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return digits
  }

  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    let magnitude = abs(value)
    var (number, suffix) = ("", "")
    switch type {
    case "d": number = NumberFormat.fixed(magnitude.rounded(), 0)
    case "f": number = trimmed(NumberFormat.fixed(magnitude, precision ?? 6))
    case "%":
      number = trimmed(NumberFormat.fixed(magnitude * 100, precision ?? 6))
      suffix = "%"
    case "e": number = scientific(magnitude, precision ?? 6)
    case "s": (number, suffix) = prefixed(magnitude)
    default: number = general(magnitude, Swift.max(precision ?? 6, 1))
    }
    let isZero = !number.contains { $0 >= "1" && $0 <= "9" }
    let sign = value < 0 && !isZero ? "−" : showsPlus ? "+" : ""
    return sign + (groups ? NumberFormat.grouped(number) : number) + suffix
  }

  /// Digits of a number with a fixed count behind the point.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(Swift.min(decimals, 20)), value]) {
      vsnprintf(&buffer, buffer.count, "%.*f", $0)
    }
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func parts(_ value: Double, digits: Int) -> (digits: String, exponent: Int) {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = withVaList([Int32(digits - 1), value]) {
      vsnprintf(&buffer, buffer.count, "%.*e", $0)
    }
    let text = String(
      decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let halves = text.split(separator: "e")
    return (String(halves[0]), Int(halves[1]) ?? 0)
  }

  private func scientific(_ value: Double, _ decimals: Int) -> String {
    let (digits, exponent) = NumberFormat.parts(value, digits: decimals + 1)
    return "\(trimmed(digits))e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
  }

  private func general(_ value: Double, _ digits: Int) -> String {
    let (mantissa, exponent) = NumberFormat.parts(value, digits: digits)
    guard exponent >= -6, exponent < digits else {
      return "\(trimmed(mantissa))e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
    }
    return trimmed(NumberFormat.fixed(value, Swift.max(0, digits - 1 - exponent)))
  }

  /// A number in thousands, millions and so on, to `precision` digits.
  private func prefixed(_ value: Double) -> (String, String) {
    let digits = Swift.max(precision ?? 6, 1)
    let exponent = value == 0 ? 0 : NumberFormat.parts(value, digits: digits).exponent
    let third = Swift.max(-8, Swift.min(8, Int((Double(exponent) / 3).rounded(.down))))
    let scaled = value / pow(10, Double(third * 3))
    let decimals = Swift.max(0, digits - 1 - (exponent - third * 3))
    return (trimmed(NumberFormat.fixed(scaled, decimals)), NumberFormat.prefixes[third + 8])
  }

  private func trimmed(_ digits: String) -> String {
    guard trims, digits.contains(".") else { return digits }
    var digits = digits
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return digits
  }

  private static func grouped(_ number: String) -> String {
    let whole = Array(number.prefix { $0.isNumber })
    let rest = number.dropFirst(whole.count)
    var result = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result + rest
  }
}
