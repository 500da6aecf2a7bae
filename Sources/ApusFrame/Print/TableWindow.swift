/// The part of a frame that a table shows, every cell as text: the first and last rows and columns
/// when there are too many.
struct TableWindow {
  /// A shown column: its head and its cells; a null is `nil`.
  struct ShownColumn {
    let name: String
    let type: String
    let isRightAligned: Bool
    let cells: [String?]
  }

  /// How many rows a table shows before it leaves out those in the middle.
  static let rowLimit = 20
  /// How many columns a table shows before it leaves out those in the middle.
  static let columnLimit = 20
  /// How many characters of a text a cell shows.
  static let textLimit = 60

  let columns: [ShownColumn]
  let rowCount: Int
  /// Behind how many shown rows some are left out; `nil` when all are shown.
  let rowGap: Int?
  /// Behind how many shown columns some are left out; `nil` when all are shown.
  let columnGap: Int?
  /// Such as `344 rows × 8 columns`.
  let shape: String

  init(_ frame: DataFrame) {
    let rows = TableWindow.shown(of: frame.rowCount, limit: TableWindow.rowLimit)
    let places = TableWindow.shown(of: frame.columnCount, limit: TableWindow.columnLimit)
    columns = places.numbers.map { place in
      let field = frame.schema.fields[place]
      return ShownColumn(
        name: TableWindow.shortened(field.name),
        type: TableWindow.shortened(field.type.description),
        isRightAligned: field.type.isNumeric || field.type.isDuration,
        cells: TableWindow.cells(of: frame.columns[place], rows.numbers))
    }
    rowCount = rows.numbers.count
    rowGap = rows.gap
    columnGap = places.gap
    shape =
      "\(TableWindow.counted(frame.rowCount, "row")) × "
      + TableWindow.counted(frame.columnCount, "column")
  }

  private static func shown(of count: Int, limit: Int) -> (numbers: [Int], gap: Int?) {
    guard count > limit else { return (Array(0..<count), nil) }
    let half = limit / 2
    return (Array(0..<half) + Array((count - half)..<count), half)
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func cells(of column: ColumnStorage, _ rows: [Int]) -> [String?] {
    let present = { (row: Int) in column.validity?[row] ?? true }
    if case .float64(let values) = column {
      let numbers = rows.map { values[$0] }
      let style = NumberStyle(for: numbers.compactMap { $0 })
      return numbers.map { $0.map(style.text) }
    }
    if case .float32(let values) = column {
      // The shortest text of the narrow number, not that of the wide one.
      let numbers = rows.map { row in values[row].flatMap { Double($0.description) } }
      let style = NumberStyle(for: numbers.compactMap { $0 })
      return numbers.map { $0.map(style.text) }
    }
    let text = column.cellText
    return rows.map { present($0) ? shortened(text($0)) : nil }
  }

  /// One line of at most `textLimit` characters, control characters written out.
  private static func shortened(_ text: String) -> String {
    var result = ""
    for (place, character) in text.enumerated() {
      guard place < textLimit else { return result + "…" }
      switch character {
      case "\n", "\r\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        for scalar in character.unicodeScalars {
          if scalar.value < 0x20 || scalar.value == 0x7f {
            result += "\\u{\(String(scalar.value, radix: 16))}"
          } else {
            result.unicodeScalars.append(scalar)
          }
        }
      }
    }
    return result
  }
}

/// How the floating-point numbers of one column are shown: with equally many decimals, as few as
/// they need and at most four; powers of ten where that would hide them.
struct NumberStyle {
  private let decimals: Int

  init(for numbers: [Double]) {
    var needed = 1
    for number in numbers where number.isFinite && NumberStyle.isPlain(number) {
      let text = number.description
      guard let point = text.firstIndex(of: "."), !text.contains("e") else {
        needed = 4
        continue
      }
      needed = Swift.max(needed, text.distance(from: point, to: text.endIndex) - 1)
    }
    decimals = Swift.min(needed, 4)
  }

  /// The number as text.
  func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    guard NumberStyle.isPlain(number) else { return NumberStyle.scientific(number) }
    return NumberStyle.fixed(number, decimals)
  }

  private static func isPlain(_ number: Double) -> Bool {
    number == 0 || (abs(number) >= 0.001 && abs(number) < 1e11)
  }

  /// The number rounded to so many decimals, half away from 0; below 1e11 the scaled number is a
  /// whole one that is represented exactly.
  private static func fixed(_ number: Double, _ decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((abs(number) * Double(scale)).rounded())
    let digits = String(scaled % scale)
    let padded = String(repeating: "0", count: decimals - digits.count) + digits
    return "\(number < 0 && scaled > 0 ? "-" : "")\(scaled / scale).\(padded)"
  }

  /// The number with up to five digits and a power of ten.
  private static func scientific(_ number: Double) -> String {
    let text = abs(number).description
    var exponent = 0
    var digits: [Character] = []
    let parts = text.split(separator: "e")
    if parts.count == 2 { exponent = Int(parts[1]) ?? 0 }
    let pieces = parts[0].split(separator: ".")
    let whole = Array(pieces[0])
    exponent += whole.count - 1
    digits = whole + (pieces.count > 1 ? Array(pieces[1]) : [])
    while digits.first == "0", digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.last == "0", digits.count > 1 { digits.removeLast() }
    let kept = digits.prefix(5)
    let rest = kept.count > 1 ? "." + String(kept.dropFirst()) : ""
    return "\(number < 0 ? "-" : "")\(kept[0])\(rest)e\(exponent)"
  }
}
