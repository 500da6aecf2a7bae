@_implementationOnly import Glibc

/// How the numbers of a column are shown in a table; the values stay as they are.
///
///     frame.formatted(["price": .currency("€"), "share": .percent(digits: 1), "n": .thousands])
public struct ColumnFormat: Sendable, Hashable {
  private var factor = 1.0
  private var digits: Int?
  private var hasThousands = false
  private var prefix = ""
  private var suffix = ""
  private(set) var isShaded = false

  private init(digits: Int?) {
    precondition(digits.map { (0...17).contains($0) } ?? true, "a format of \(digits ?? 0) digits")
    self.digits = digits
  }

  /// So many digits behind the point.
  public static func digits(_ count: Int) -> ColumnFormat { ColumnFormat(digits: count) }

  /// A comma between thousands, and so many digits behind the point.
  public static func thousands(digits: Int) -> ColumnFormat {
    var format = ColumnFormat(digits: digits)
    format.hasThousands = true
    return format
  }
  /// A comma between thousands, whole numbers.
  public static var thousands: ColumnFormat { thousands(digits: 0) }

  /// The number times 100 with a percent sign.
  public static func percent(digits: Int) -> ColumnFormat {
    var format = ColumnFormat(digits: digits)
    format.factor = 100
    format.suffix = " %"
    return format
  }
  /// The number times 100 with a percent sign, as a whole number.
  public static var percent: ColumnFormat { percent(digits: 0) }

  /// An amount of money behind its sign.
  public static func currency(_ sign: String, digits: Int = 2) -> ColumnFormat {
    var format = thousands(digits: digits)
    format.prefix = sign
    return format
  }

  /// The number as tables show it, on a ground that is the darker the greater it is.
  public static var gradient: ColumnFormat { ColumnFormat(digits: nil).gradient() }

  /// The same format on a ground that is the darker the greater the number is.
  public func gradient() -> ColumnFormat {
    var format = self
    format.isShaded = true
    return format
  }

  /// The number as text; nothing when the table's own style is wanted.
  func text(_ value: Double) -> String? {
    guard let digits else { return nil }
    guard value.isFinite else { return NumberStyle(for: []).text(value) }
    var text = ColumnFormat.fixed((value * factor).magnitude, digits)
    if hasThousands { text = ColumnFormat.grouped(text) }
    let isNegative = value < 0 && text.contains { $0 != "0" && $0 != "." && $0 != "," }
    return (isNegative ? "−" : "") + prefix + text + suffix
  }

  /// The number with so many digits behind the point, as C's `%.*f` rounds it.
  private static func fixed(_ value: Double, _ digits: Int) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      _ = withVaList([Int32(digits), value]) { vsnprintf(base, buffer.count, "%.*f", $0) }
      return String(cString: base)
    }
  }

  private static func grouped(_ text: String) -> String {
    let whole = text.prefix { $0 != "." }
    var result = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result + text.dropFirst(whole.count)
  }
}

/// A frame with formats for the numbers of some columns, to be shown.
public struct FormattedFrame: Sendable {
  let frame: DataFrame
  let formats: [String: ColumnFormat]

  /// The frame as an HTML table.
  public var htmlTable: String { TableWindow(frame, formats: formats).html }
  /// The frame as a text table; grounds are left out.
  public var textTable: String { TableWindow(frame, formats: formats).text }
}

extension DataFrame {
  /// The frame with formats for the numbers of the named columns, to be shown.
  public func formatted(_ formats: [String: ColumnFormat]) throws(FrameError) -> FormattedFrame {
    for name in formats.keys.sorted() {
      let place = try schema.place(of: name, in: "formatted(…)")
      guard schema.fields[place].type.isNumeric else {
        throw FrameError(
          code: .typeMismatch,
          what: "a format of numbers for \"\(name)\" of "
            + schema.fields[place].type.description, place: "formatted(…)",
          mend: "leave it out, or cast it")
      }
    }
    return FormattedFrame(frame: self, formats: formats)
  }
}

extension ColumnFormat {
  /// The cells of some rows, null as `nil`.
  func cells(of column: ColumnStorage, _ rows: [Int], else plain: [String?]) -> [String?] {
    zip(rows, plain).map { row, plain in
      guard plain != nil, let number = column.scalar(at: row).number else { return plain }
      return text(number) ?? plain
    }
  }

  /// The ground of some rows' cells: where they lie between the least and the greatest number, from
  /// 0 to 1.
  func shades(of column: ColumnStorage, _ rows: [Int]) -> [Double?] {
    guard isShaded, let numbers = column.doubles else { return rows.map { _ in nil } }
    var (low, high) = (Double.infinity, -Double.infinity)
    numbers.values.read { values in
      forEachPresent(numbers.count, numbers.validity) { row in
        guard values[row].isFinite else { return }
        low = Swift.min(low, values[row])
        high = Swift.max(high, values[row])
      }
    }
    return rows.map { row in
      guard let value = numbers[row], value.isFinite, high > low else { return nil }
      return (value - low) / (high - low)
    }
  }
}
