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
  case time(TimeFunction)
  /// Texts read as days and times by a pattern.
  case parse(String, DataType, isStrict: Bool)
  case pattern(PatternFunction)
  case list(ListFunction)
  /// A field of a struct.
  case field(String)
  case isNaN
  /// The least or the greatest value.
  case extreme(wantsGreatest: Bool)
  case business(BusinessFunction)

  /// Whether the result is one of the operands, which are of one type; the first of a choice says
  /// which.
  var standsInPlace: Bool {
    switch self {
    case .choose, .coalesce, .extreme: true
    default: false
    }
  }

  /// The type of the result, or nothing when the operands' types do not fit.
  func type(of operands: [DataType]) -> DataType? {
    switch self {
    case .cast(let type, _): return Casts.exist(from: operands[0], to: type) ? type : nil
    case .choose:
      return operands[0] == .bool ? RowFunction.commonType(Array(operands.dropFirst())) : nil
    case .coalesce: return RowFunction.commonType(operands)
    case .extreme:
      return RowFunction.commonType(operands).flatMap { $0.isNested ? nil : $0 }
    case .business(let function): return function.type(of: operands)
    case .number(let function):
      if function == .absolute, case .duration = operands[0] { return operands[0] }
      guard operands.allSatisfy(\.isNumeric) else { return nil }
      return function == .absolute ? operands[0] : .float64
    case .text(let function): return function.type(of: operands)
    case .time(let function): return function.type(of: operands[0])
    case .parse(let pattern, let type, _):
      return operands[0].isTextual && TimeParser(pattern, as: type) != nil ? type : nil
    case .pattern(let function): return operands[0].isTextual ? function.type : nil
    case .list(let function):
      if case .list(let element) = operands[0] { return function.type(of: element) }
      return nil
    case .field(let name):
      guard case .struct(let fields) = operands[0] else { return nil }
      return fields.first { $0.name == name }?.type
    case .isNaN: return operands[0].isNumeric ? .bool : nil
    }
  }

  /// What the operands should be, for the error when they are not.
  var rule: String {
    switch self {
    case .cast(let type, _): "no value of this type is a \(type)"
    case .choose: "when(…) takes Bool, and then(…) and otherwise(…) values of one type"
    case .coalesce, .extreme: "the values must be of one type"
    case .business(let function): function.rule
    case .number, .isNaN: "it takes numbers"
    case .text: "it takes String"
    case .time(let function): function.rule
    case .parse(_, let type, _):
      "it takes String, and directives of Date, Time or Datetime that are enough for \(type)"
    case .pattern: "it takes String"
    case .list: "it takes a List whose values have such"
    case .field(let name): "it takes a Struct with a field \"\(name)\""
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
    case .extreme(let wantsGreatest):
      return "\(wantsGreatest ? "greatest" : "least")(\(operands.joined(separator: ", ")))"
    case .business(let function): return "\(first).\(function.text(operands.dropFirst()))"
    case .number(.round(let decimals)): return "\(first).rounded(decimals: \(decimals))"
    case .number(.power): return "\(first).power(\(operands[1]))"
    case .number(let function): return "\(first).\(function)()"
    case .text(let function): return "\(first).\(function.text)"
    case .time(let function): return "\(first).\(function.text)"
    case .parse(let pattern, let type, let isStrict):
      return "\(first).\(isStrict ? "parsed" : "parsedOrNull")(\"\(pattern)\", as: \(type))"
    case .pattern(let function): return "\(first).\(function.text)"
    case .list(let function): return "\(first).\(function.text)"
    case .field(let name): return "\(first).field(\"\(name)\")"
    case .isNaN: return "\(first).isNaN"
    }
  }
}

/// What is done with numbers.
package enum NumberFunction: Sendable, Hashable {
  case absolute, floor, ceiling, squareRoot, exponential, logarithm, power
  case round(decimals: Int)
}

/// A run of days that a calendar has.
public enum CalendarUnit: Sendable, Hashable {
  /// A day.
  case day
  /// From Monday to Sunday.
  case week
  /// A month.
  case month
  /// Three months, the first from January on.
  case quarter
  /// A year.
  case year
}
