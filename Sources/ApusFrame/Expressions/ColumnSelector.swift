/// Which columns of a frame are meant, by name or by type: `"fare"`, `.numeric`, `.prefix("x_")`.
///
///     try birds.with(each: .numeric) { $0.rounded(decimals: 1) }
///     try birds.select(.matching("_mm$").except("bill_depth_mm"))
///
/// A name that is written down must be there; what the others choose depends on the frame.
public struct ColumnSelector: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  private indirect enum Rule: Sendable {
    case all
    case name(String)
    case prefix(String)
    case suffix(String)
    case matching(String)
    case type(DataType)
    case numeric, temporal, text
    case both(Rule, Rule)
    case except(Rule, Rule)
  }

  private let rule: Rule

  private init(_ rule: Rule) { self.rule = rule }

  /// The column of that name.
  public init(stringLiteral name: String) { self.init(.name(name)) }

  /// Every column.
  public static var all: ColumnSelector { ColumnSelector(.all) }
  /// Columns of numbers; Bool is none.
  public static var numeric: ColumnSelector { ColumnSelector(.numeric) }
  /// Columns of days, times, both, and lengths of time.
  public static var temporal: ColumnSelector { ColumnSelector(.temporal) }
  /// Columns of texts, categories and enums.
  public static var text: ColumnSelector { ColumnSelector(.text) }
  /// The column of that name.
  public static func named(_ name: String) -> ColumnSelector { ColumnSelector(.name(name)) }
  /// Columns whose name begins with a text.
  public static func prefix(_ text: String) -> ColumnSelector { ColumnSelector(.prefix(text)) }
  /// Columns whose name ends with a text.
  public static func suffix(_ text: String) -> ColumnSelector { ColumnSelector(.suffix(text)) }
  /// Columns in whose name a regular expression (PCRE2's syntax) is found.
  public static func matching(_ pattern: String) -> ColumnSelector {
    ColumnSelector(.matching(pattern))
  }
  /// Columns of a type.
  public static func of(_ type: DataType) -> ColumnSelector { ColumnSelector(.type(type)) }

  /// These columns and others.
  public func and(_ other: ColumnSelector) -> ColumnSelector {
    ColumnSelector(.both(rule, other.rule))
  }
  /// These columns without others.
  public func except(_ other: ColumnSelector) -> ColumnSelector {
    ColumnSelector(.except(rule, other.rule))
  }

  /// The selector as it is written.
  public var description: String { ColumnSelector.text(of: rule) }

  private static func text(of rule: Rule) -> String {
    switch rule {
    case .all, .numeric, .temporal, .text: ".\(rule)"
    case .name(let name): "\"\(name)\""
    case .prefix(let text): ".prefix(\"\(text)\")"
    case .suffix(let text): ".suffix(\"\(text)\")"
    case .matching(let pattern): ".matching(\"\(pattern)\")"
    case .type(let type): ".of(\(type))"
    case .both(let left, let right): "\(text(of: left)).and(\(text(of: right)))"
    case .except(let left, let right): "\(text(of: left)).except(\(text(of: right)))"
    }
  }

  /// The names of the chosen columns, in the order of the frame.
  func names(in schema: Schema, step: String) throws(FrameError) -> [String] {
    let places = try ColumnSelector.places(of: rule, in: schema, step: step)
    return places.sorted().map { schema.fields[$0].name }
  }

  private static func places(
    of rule: Rule, in schema: Schema, step: String
  ) throws(FrameError) -> Set<Int> {
    func fields(_ isChosen: (Schema.Field) -> Bool) -> Set<Int> {
      Set(schema.fields.indices.filter { isChosen(schema.fields[$0]) })
    }
    switch rule {
    case .all: return Set(schema.fields.indices)
    case .name(let name): return [try schema.place(of: name, in: step)]
    case .prefix(let text): return fields { $0.name.hasPrefix(text) }
    case .suffix(let text): return fields { $0.name.hasSuffix(text) }
    case .matching(let pattern):
      return try Pattern.compiled(pattern, in: step).search(in: step) {
        search throws(FrameError) -> Set<Int> in
        var found: Set<Int> = []
        for (place, field) in schema.fields.enumerated() {
          let bytes = Array(field.name.utf8)
          // A pointer to no bytes is none: one byte more is there, and not looked at.
          let isFound = try (bytes + [0]).withUnsafeBufferPointer { padded throws(FrameError) in
            try search.find(UnsafeBufferPointer(rebasing: padded[..<bytes.count]), from: 0)
          }
          if isFound { found.insert(place) }
        }
        return found
      }
    case .type(let type): return fields { $0.type == type }
    case .numeric: return fields(\.type.isNumeric)
    case .temporal: return fields(\.type.isTemporal)
    case .text: return fields(\.type.isTextual)
    case .both(let left, let right):
      return try places(of: left, in: schema, step: step)
        .union(places(of: right, in: schema, step: step))
    case .except(let left, let right):
      return try places(of: left, in: schema, step: step)
        .subtracting(places(of: right, in: schema, step: step))
    }
  }
}

extension LogicalPlan {
  /// The names that a selector chooses, at least one.
  func names(of columns: ColumnSelector, in label: String) throws(FrameError) -> [String] {
    let names = try columns.names(in: schema, step: label)
    guard !names.isEmpty else {
      throw FrameError.nothingChosen(by: [columns], of: schema, in: label)
    }
    return names
  }

  /// Each chosen column as `body` has it, in its place, or under its name and a suffix behind all.
  func with(
    each columns: ColumnSelector, suffix: String, _ body: (Expr) -> Expr
  ) throws(FrameError) -> LogicalPlan {
    let label = "with(each: \(columns))"
    let chosen = try names(of: columns, in: label)
    var expressions = schema.names.map(col)
    for name in chosen {
      let changed = body(col(name)).as(name + suffix)
      if suffix.isEmpty, let place = schema.index(of: name) {
        expressions[place] = changed
      } else {
        expressions.append(changed)
      }
    }
    return try project(expressions, label: label)
  }

  /// The expressions, then what `body` makes of each chosen column that is no key.
  func aggregate(
    by keys: [String], _ expressions: [Expr], each columns: ColumnSelector, suffix: String,
    _ body: (Expr) -> Expr
  ) throws(FrameError) -> LogicalPlan {
    let chosen = try names(of: columns, in: "aggregate(…, each: \(columns))")
    return try aggregate(
      by: keys,
      expressions
        + chosen.filter { !keys.contains($0) }.map { body(col($0)).as($0 + suffix) })
  }

  /// The rows that have a value in all of the named columns; in all columns when none is named.
  func dropNulls(_ names: [String]) throws(FrameError) -> LogicalPlan {
    let label = "dropNulls(…)"
    for name in names { _ = try schema.place(of: name, in: label) }
    let present = (names.isEmpty ? schema.names : names).map { col($0).isNotNull }
    guard let first = present.first else { return self }
    let typed = try ExprTyping(schema: schema, step: label)
      .predicate(present.dropFirst().reduce(first) { $0 && $1 })
    return LogicalPlan(.filter(self, typed), schema: schema, label: label)
  }
}

extension FrameError {
  /// The error of selectors that choose no column.
  static func nothingChosen(
    by columns: [ColumnSelector], of schema: Schema, in step: String
  ) -> FrameError {
    FrameError(
      code: .missingColumn,
      what: "\(columns.map(\.description).joined(separator: ", ")) chooses no column",
      place: "\(step) on a frame of \(summary(of: schema.names))",
      mend: "choose columns that are there")
  }
}
