/// Reads `y ~ x1 + C(g) + a:b`: names, numbers, texts, calls and the operators of formulas.
struct FormulaParser {
  private let source: FormulaSource
  private let characters: [Character]
  private var place = 0

  init(_ source: FormulaSource) {
    self.source = source
    characters = Array(source.text)
  }

  /// How tightly an operator binds; `**` is written `^`.
  static func binding(of sign: Character) -> Int {
    switch sign {
    case "+", "-": 1
    case "*", "/": 2
    case ":": 3
    case "^": 5
    default: 0
    }
  }

  /// The two sides of the formula; the left one is `nil` when it starts with `~`.
  mutating func sides() throws(StatsError) -> (response: FormulaNode?, terms: FormulaNode) {
    skipSpace()
    var response: FormulaNode?
    if peek() != "~" { response = try expression(above: 1) }
    skipSpace()
    guard peek() == "~" else {
      if place < characters.count {
        throw source.error(
          "\"\(characters[place])\" does not belong here", at: place,
          mend: "a formula is written as response ~ terms")
      }
      throw source.error(
        "there is no \"~\"", at: characters.count,
        mend: "write the response, \"~\" and the terms: \"y ~ x1 + x2\"")
    }
    place += 1
    let terms = try expression(above: 1)
    skipSpace()
    if place < characters.count {
      let found = characters[place]
      throw source.error(
        found == "~" ? "there is a second \"~\"" : "\"\(found)\" does not belong here", at: place,
        mend: found == ")" ? "take it away, or open the parenthesis" : "join terms with \"+\"")
    }
    return (response, terms)
  }

  private func peek(_ ahead: Int = 0) -> Character? {
    place + ahead < characters.count ? characters[place + ahead] : nil
  }

  private mutating func skipSpace() {
    while let next = peek(), next.isWhitespace { place += 1 }
  }

  private mutating func expression(above least: Int) throws(StatsError) -> FormulaNode {
    var left = try operand()
    while true {
      skipSpace()
      guard let next = peek() else { return left }
      let start = place
      let isPower = next == "*" && peek(1) == "*"
      let sign: Character = isPower ? "^" : next
      let binding = Self.binding(of: sign)
      guard binding >= least, binding > 0 else { return left }
      place += isPower ? 2 : 1
      skipSpace()
      if peek() == nil || peek() == ")" || peek() == "~" {
        throw source.error(
          "nothing stands behind \"\(isPower ? "**" : String(sign))\"", at: place,
          mend: "write a column or a function there")
      }
      // A power binds to the right, so that 2^3^2 is 2^9.
      let right = try expression(above: sign == "^" ? binding : binding + 1)
      left = .operation(sign, left, right, at: start)
    }
  }

  private mutating func operand() throws(StatsError) -> FormulaNode {
    skipSpace()
    let start = place
    guard let next = peek() else {
      throw source.error("a term is missing", at: place, mend: "write a column or a function there")
    }
    switch next {
    case "-":
      place += 1
      return .negative(try expression(above: 4), at: start)
    case "+":
      place += 1
      return try expression(above: 4)
    case "(":
      place += 1
      let inside = try expression(above: 1)
      try close(from: start)
      return inside
    case "\"", "'": return .text(try quoted(until: next), at: start)
    case "`": return .column(try quoted(until: "`"), at: start)
    case _ where next.isASCII && next.isNumber: return .number(try number(), at: start)
    case ".":
      if let second = peek(1), second.isASCII, second.isNumber {
        return .number(try number(), at: start)
      }
      return try name()
    case _ where next.isLetter || next == "_": return try name()
    default:
      throw source.error(
        "\"\(next)\" does not belong here", at: place,
        mend: "write names with other signs in backticks: `net income`")
    }
  }

  private mutating func close(from start: Int) throws(StatsError) {
    skipSpace()
    guard peek() == ")" else {
      throw source.error(
        "the parenthesis is not closed", at: start, mend: "write \")\" where it ends")
    }
    place += 1
  }

  private mutating func quoted(until mark: Character) throws(StatsError) -> String {
    let start = place
    place += 1
    var text = ""
    while let next = peek(), next != mark {
      text.append(next)
      place += 1
    }
    guard peek() == mark else {
      throw source.error("the quote is not closed", at: start, mend: "write \(mark) where it ends")
    }
    place += 1
    return text
  }

  private mutating func number() throws(StatsError) -> Double {
    let start = place
    var text = ""
    while let next = peek() {
      let isExponentSign = (next == "+" || next == "-") && (text.last == "e" || text.last == "E")
      guard next.isASCII,
        next.isNumber || next == "." || next == "e" || next == "E" || isExponentSign
      else { break }
      text.append(next)
      place += 1
    }
    guard let value = Double(text) else {
      throw source.error("\"\(text)\" is no number", at: start)
    }
    return value
  }

  private mutating func name() throws(StatsError) -> FormulaNode {
    let start = place
    var name = ""
    while let next = peek(), next.isLetter || next.isNumber || next == "_" || next == "." {
      name.append(next)
      place += 1
    }
    skipSpace()
    guard peek() == "(" else { return .column(name, at: start) }
    let opening = place
    place += 1
    var arguments: [FormulaNode.Argument] = []
    skipSpace()
    if peek() == ")" {
      place += 1
    } else {
      while true {
        arguments.append(try argument())
        skipSpace()
        if peek() == "," {
          place += 1
          continue
        }
        try close(from: opening)
        break
      }
    }
    return try call(name, arguments, at: start)
  }

  private mutating func argument() throws(StatsError) -> FormulaNode.Argument {
    skipSpace()
    let start = place
    var label = ""
    while let next = peek(), next.isLetter || next.isNumber || next == "_" || next == "." {
      label.append(next)
      place += 1
    }
    skipSpace()
    if !label.isEmpty, peek() == "=", peek(1) != "=" {
      place += 1
      return .init(label: label, node: try expression(above: 1))
    }
    place = start
    return .init(label: nil, node: try expression(above: 1))
  }

  /// A call by the name that the rest knows it by: `np.log` is `log`, `Q("a b")` the column.
  private func call(
    _ name: String, _ arguments: [FormulaNode.Argument], at start: Int
  ) throws(StatsError) -> FormulaNode {
    let known = name.hasPrefix("np.") ? String(name.dropFirst(3)) : name
    if known == "Q", arguments.count == 1, case .text(let column, _) = arguments[0].node {
      return .column(column, at: start)
    }
    guard FormulaFunction.names.contains(known) else {
      let near = NearName.nearest(to: known, in: FormulaFunction.names)
      throw source.error(
        "there is no function \"\(name)\"", at: start,
        mend: near.map { "did you mean \"\($0)\"?" }
          ?? "formulas know \(FormulaFunction.names.joined(separator: ", "))")
    }
    return .call(known, arguments, at: start)
  }
}
