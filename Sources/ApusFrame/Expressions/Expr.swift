/// A question to the columns of a frame, such as `col("delay") > 15`: a value that says what to
/// compute. Nothing is computed before a frame is asked.
public struct Expr: Sendable {
  package indirect enum Node: Sendable {
    case column(String)
    case literal(Scalar)
    case unary(UnaryOperator, Expr)
    case binary(BinaryOperator, Expr, Expr)
    case isIn(Expr, [Scalar])
    case call(RowFunction, [Expr])
    case aggregate(AggregateFunction, [Expr])
    case window(WindowFunction, [Expr], WindowFrame)
    /// Something of several columns, which are found when the schema is known.
    case across(AcrossFunction, [ColumnSelector])
    case named(Expr, String)
  }

  package let node: Node

  package init(_ node: Node) { self.node = node }

  /// The same expression under a name for its result.
  public func `as`(_ name: String) -> Expr {
    if case .named(let inner, _) = node { return Expr(.named(inner, name)) }
    return Expr(.named(self, name))
  }

  /// The name of the result: the one given, else a column's own, else the expression's text.
  package var name: String {
    if case .named(_, let name) = node { return name }
    return description
  }

  /// The expression without the name given to its result.
  package var unnamed: Expr {
    if case .named(let inner, _) = node { return inner.unnamed }
    return self
  }
}

/// The column `name`.
public func col(_ name: String) -> Expr { Expr(.column(name)) }

/// The same value in each row.
public func lit(_ value: some ScalarConvertible) -> Expr { Expr(.literal(value.scalar)) }

/// A value of Swift that can stand in an expression.
public protocol ScalarConvertible: Sendable {
  /// The value as a frame keeps it.
  var scalar: Scalar { get }
}

extension Bool: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .bool(self) }
}

extension Int: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(self) }
}

extension Double: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .double(self) }
}

extension String: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .string(self) }
}

extension CivilDate: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .date(self) }
}

extension Int8: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension Int16: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension Int32: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension UInt8: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension UInt16: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension UInt32: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .int(Int(self)) }
}

extension UInt64: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { Scalar(whole: self) }
}

extension Float: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .double(Double(self)) }
}

extension Decimal128: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .decimal(self) }
}

extension CivilTime: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .time(self) }
}

extension Datetime: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .datetime(self) }
}

extension Duration: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .duration(self) }
}

extension UniqueIdentifier: ScalarConvertible {
  /// The value as a frame keeps it.
  public var scalar: Scalar { .uuid(self) }
}

/// What is done with one value.
package enum UnaryOperator: Sendable, Equatable {
  case not, negate, isNull, isNotNull
}

/// What is done with two values.
package enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case and = "&&"
  case or = "||"
}

extension Expr: CustomStringConvertible {
  /// The expression as it is written.
  public var description: String {
    switch node {
    case .column(let name): name
    case .literal(let value): value.shown
    case .unary(.not, let operand): "!\(operand.operandText)"
    case .unary(.negate, let operand): "-\(operand.operandText)"
    case .unary(.isNull, let operand): "\(operand.operandText).isNull"
    case .unary(.isNotNull, let operand): "\(operand.operandText).isNotNull"
    case .binary(let operation, let left, let right):
      "\(left.operandText) \(operation.rawValue) \(right.operandText)"
    case .isIn(let operand, let values):
      "\(operand.operandText).isIn(\(values.map(\.shown).joined(separator: ", ")))"
    case .call(let function, let operands): function.text(of: operands.map(\.operandText))
    case .aggregate(let function, let inputs): function.text(of: inputs.map(\.description))
    case .window(let function, let inputs, let frame):
      function.text(of: inputs.map(\.description)) + frame.text
    case .across(let function, let columns):
      "\(function)(across: \(columns.map(\.description).joined(separator: ", ")))"
    case .named(let inner, _): inner.description
    }
  }

  private var operandText: String {
    if case .binary = unnamed.node { return "(\(description))" }
    return description
  }
}
