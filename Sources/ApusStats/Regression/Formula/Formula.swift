/// A model's formula: the response, `~`, and terms.
///
///     "dep_delay ~ distance + C(carrier)"
///     "y ~ a*b + log(x) + I(x^2) + poly(x, 3) + bs(z, 4) + offset(log(hours)) - 1"
///
/// - `a + b`: both terms; `a:b`: their product; `a*b` is `a + b + a:b`; `a/b` is `a + a:b`;
///   `(a + b)^2`: all products of up to two; `- a` takes a term away; `- 1` or `0` the intercept;
///   `.` stands for all columns that are not named otherwise.
/// - Columns of texts, categories and Booleans are factors; `C(g)` makes one of numbers.
///   `C(g, Treatment("b"))`, `C(g, Sum)`, `C(g, Helmert)`, `C(g, Poly)` choose the contrasts.
/// - `log log2 log10 log1p exp expm1 sqrt abs sin cos tanh`, and arithmetic in `I(…)`.
/// - `center`, `scale` (by n − 1), `standardize` (by n), `poly(x, degree)`, `bs(x, df)`,
///   `ns(x, df)` learn from the rows of the fit and stay so at prediction.
/// - Names with other signs stand in backticks: `` `net income` ``.
public struct Formula: Sendable, CustomStringConvertible {
  let text: String
  private let typed: (response: FormulaNode, terms: FormulaNode)?

  /// A formula in text; it is read when a model is fitted.
  public init(_ text: String) {
    self.text = text
    typed = nil
  }

  /// A formula of typed terms.
  ///
  ///     Formula("dep_delay", by: .column("distance") + .factor("carrier"))
  public init(_ response: String, by terms: FormulaPart) {
    self.init(.column(response), by: terms)
  }

  /// A formula of a typed response, such as `.log(.column("y"))`, and terms.
  public init(_ response: FormulaPart, by terms: FormulaPart) {
    text = "\(response.node.text) ~ \(terms.node.text)"
    typed = (response.node, terms.node)
  }

  /// The formula as text.
  public var description: String { text }

  func sides(
    in source: FormulaSource
  ) throws(StatsError) -> (response: FormulaNode?, terms: FormulaNode) {
    if let typed { return typed }
    var parser = FormulaParser(source)
    return try parser.sides()
  }
}

/// A part of a typed formula: a column, a function of one, or terms joined by `+`, `-` and `*`.
public struct FormulaPart: Sendable {
  let node: FormulaNode

  private init(_ node: FormulaNode) { self.node = node }

  private static func call(_ name: String, _ part: FormulaPart, _ rest: [FormulaNode] = [])
    -> FormulaPart
  {
    FormulaPart(
      .call(
        name, ([part.node] + rest).map { FormulaNode.Argument(label: nil, node: $0) }, at: nil))
  }

  /// A column; one of texts, categories or Booleans is a factor.
  public static func column(_ name: String) -> FormulaPart { FormulaPart(.column(name, at: nil)) }

  /// A column as a factor.
  public static func factor(_ name: String, _ contrast: Contrast = .treatment()) -> FormulaPart {
    let word =
      switch contrast {
      case .treatment(let reference):
        reference.map {
          FormulaNode.call(
            "Treatment", [.init(label: nil, node: .text($0, at: nil))], at: nil)
        }
      case .sum: FormulaNode.column("Sum", at: nil)
      case .helmert: FormulaNode.column("Helmert", at: nil)
      case .polynomial: FormulaNode.column("Poly", at: nil)
      }
    return call("C", .column(name), word.map { [$0] } ?? [])
  }

  /// The natural logarithm.
  public static func log(_ part: FormulaPart) -> FormulaPart { call("log", part) }
  /// The exponential.
  public static func exp(_ part: FormulaPart) -> FormulaPart { call("exp", part) }
  /// The square root.
  public static func sqrt(_ part: FormulaPart) -> FormulaPart { call("sqrt", part) }
  /// The part less its mean.
  public static func center(_ part: FormulaPart) -> FormulaPart { call("center", part) }
  /// The part less its mean, by its standard deviation.
  public static func scale(_ part: FormulaPart) -> FormulaPart { call("scale", part) }
  /// A power of a column.
  public static func power(_ part: FormulaPart, _ exponent: Double) -> FormulaPart {
    call("I", FormulaPart(.operation("^", part.node, .number(exponent, at: nil), at: nil)))
  }
  /// Orthogonal polynomials up to a degree.
  public static func poly(_ part: FormulaPart, degree: Int) -> FormulaPart {
    call("poly", part, [.number(Double(degree), at: nil)])
  }
  /// Cubic B-splines of `df` columns.
  public static func bs(_ part: FormulaPart, df: Int) -> FormulaPart {
    call("bs", part, [.number(Double(df), at: nil)])
  }
  /// Natural cubic splines of `df` columns.
  public static func ns(_ part: FormulaPart, df: Int) -> FormulaPart {
    call("ns", part, [.number(Double(df), at: nil)])
  }
  /// A part whose coefficient is 1.
  public static func offset(_ part: FormulaPart) -> FormulaPart { call("offset", part) }
  /// The product of two parts alone, `a:b`.
  public static func interaction(_ one: FormulaPart, _ other: FormulaPart) -> FormulaPart {
    FormulaPart(.operation(":", one.node, other.node, at: nil))
  }
  /// The response of a survival model: a time, and whether its end was seen.
  public static func survival(_ time: String, _ event: String) -> FormulaPart {
    call("Surv", .column(time), [.column(event, at: nil)])
  }
  /// The intercept; take it away with `- .intercept`.
  public static var intercept: FormulaPart { FormulaPart(.number(1, at: nil)) }

  /// Both parts.
  public static func + (one: FormulaPart, other: FormulaPart) -> FormulaPart {
    FormulaPart(.operation("+", one.node, other.node, at: nil))
  }
  /// The first part without the terms of the second.
  public static func - (one: FormulaPart, other: FormulaPart) -> FormulaPart {
    FormulaPart(.operation("-", one.node, other.node, at: nil))
  }
  /// Both parts and their product.
  public static func * (one: FormulaPart, other: FormulaPart) -> FormulaPart {
    FormulaPart(.operation("*", one.node, other.node, at: nil))
  }
}
