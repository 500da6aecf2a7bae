/// What is computed in each row from the values of that row.
package enum RowFunction: Sendable, Hashable {
  /// The value as another type; what cannot be converted is an error, or null.
  case cast(DataType, isStrict: Bool)
  /// The second value where the first is true, else the third.
  case choose
  /// The first value that is not null.
  case coalesce
  case number(NumberFunction)
  case text(TextFunction)
  case day(DayFunction)
  case isNaN

  /// The type of the result, or nothing when the operands' types do not fit.
  func type(of operands: [DataType]) -> DataType? {
    switch self {
    case .cast(let type, _): return Casts.exist(from: operands[0], to: type) ? type : nil
    case .choose:
      return operands[0] == .bool ? RowFunction.commonType(Array(operands.dropFirst())) : nil
    case .coalesce: return RowFunction.commonType(operands)
    case .number(let function):
      if function == .absolute, case .duration = operands[0] { return operands[0] }
      guard operands.allSatisfy(\.isNumeric) else { return nil }
      return function == .absolute ? operands[0] : .float64
    case .text(let function): return operands == [.string] ? function.type : nil
    case .day(let function): return operands == [.date] ? function.type : nil
    case .isNaN: return operands[0].isNumeric ? .bool : nil
    }
  }

  /// What the operands should be, for the error when they are not.
  var rule: String {
    switch self {
    case .cast(let type, _): "no value of this type is a \(type)"
    case .choose: "when(…) takes Bool, and then(…) and otherwise(…) values of one type"
    case .coalesce: "the values must be of one type"
    case .number, .isNaN: "it takes numbers"
    case .text: "it takes String"
    case .day: "it takes Date"
    }
  }

  /// The one type of values that stand for each other.
  private static func commonType(_ types: [DataType]) -> DataType? {
    guard var common = types.first else { return nil }
    for type in types.dropFirst() {
      guard let next = DataType.common(common, type) else { return nil }
      common = next
    }
    return common
  }

  /// The call as it is written; the first text is what it is called on.
  func text(of operands: [String]) -> String {
    let first = operands[0]
    switch self {
    case .cast(let type, let isStrict):
      return "\(first).\(isStrict ? "cast" : "castOrNull")(to: \(type))"
    case .choose: return "when(\(first)).then(\(operands[1])).otherwise(\(operands[2]))"
    case .coalesce: return "coalesce(\(operands.joined(separator: ", ")))"
    case .number(.round(let decimals)): return "\(first).rounded(decimals: \(decimals))"
    case .number(.power): return "\(first).power(\(operands[1]))"
    case .number(let function): return "\(first).\(function)()"
    case .text(let function): return "\(first).\(function.text)"
    case .day(let function): return "\(first).\(function.text)"
    case .isNaN: return "\(first).isNaN"
    }
  }
}

/// What is done with numbers.
package enum NumberFunction: Sendable, Hashable {
  case absolute, floor, ceiling, squareRoot, exponential, logarithm, power
  case round(decimals: Int)
}

/// What is done with texts.
package enum TextFunction: Sendable, Hashable {
  case uppercased, lowercased, trimmed, length, byteLength
  case contains(String)
  case hasPrefix(String)
  case hasSuffix(String)
  case replacing(String, with: String)
  case slice(from: Int, count: Int?)

  var type: DataType {
    switch self {
    case .uppercased, .lowercased, .trimmed, .replacing, .slice: .string
    case .length, .byteLength: .int64
    case .contains, .hasPrefix, .hasSuffix: .bool
    }
  }

  var text: String {
    switch self {
    case .uppercased, .lowercased, .trimmed: "\(self)()"
    case .length, .byteLength: "\(self)"
    case .contains(let part): "contains(\"\(part)\")"
    case .hasPrefix(let part): "hasPrefix(\"\(part)\")"
    case .hasSuffix(let part): "hasSuffix(\"\(part)\")"
    case .replacing(let part, let other): "replacing(\"\(part)\", with: \"\(other)\")"
    case .slice(let from, let count):
      "slice(from: \(from)\(count.map { ", count: \($0)" } ?? ""))"
    }
  }
}

/// A run of days that a calendar has.
public enum CalendarUnit: Sendable, Hashable {
  /// From Monday to Sunday.
  case week
  /// A month.
  case month
  /// Three months, the first from January on.
  case quarter
  /// A year.
  case year
}

/// What is done with days.
package enum DayFunction: Sendable, Hashable {
  case year, month, day, weekday, quarter, dayOfYear
  case truncated(CalendarUnit)

  var type: DataType {
    if case .truncated = self { .date } else { .int64 }
  }

  var text: String {
    if case .truncated(let unit) = self { "truncated(to: .\(unit))" } else { "\(self)" }
  }
}
