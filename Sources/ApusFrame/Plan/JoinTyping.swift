/// How rows of two frames are put together.
public enum JoinKind: Sendable, Hashable {
  /// Rows whose keys both frames have.
  case inner
  /// Every row of the left frame; null where the right one has no match.
  case left
  /// Every row of the right frame; null where the left one has no match.
  case right
  /// Every row of both frames.
  case full
  /// Rows of the left frame that have a match; no column of the right one.
  case semi
  /// Rows of the left frame that have no match.
  case anti
  /// Every row of the left frame beside every row of the right one; without keys.
  case cross
}

/// What a join expects of its keys; when they are otherwise it throws.
public enum JoinValidation: Sendable, Hashable {
  /// No key twice on either side.
  case oneToOne
  /// No key twice in the left frame.
  case oneToMany
  /// No key twice in the right frame.
  case manyToOne
}

/// What a join may be asked besides its keys and kind.
public struct JoinOptions: Sendable, Hashable {
  /// What is put behind the name of a right column that the left frame has too.
  public var suffix: String
  /// Whether a null key matches a null key; else it matches nothing.
  public var nullsEqual: Bool
  /// The name of a further column that says where a row comes from: `both`, `left_only` or
  /// `right_only`.
  public var indicator: String?

  /// Options; what is not given is as most joins want it.
  public init(suffix: String = "_right", nullsEqual: Bool = false, indicator: String? = nil) {
    self.suffix = suffix
    self.nullsEqual = nullsEqual
    self.indicator = indicator
  }
}

/// A join whose names are found and whose types fit.
package struct JoinPlan: Sendable, Hashable {
  package let kind: JoinKind
  package let leftKeys: [Int]
  package let rightKeys: [Int]
  /// The right columns that the result has, in order.
  package let rightColumns: [Int]
  package let validation: JoinValidation?
  package let options: JoinOptions
}

extension LogicalPlan {
  /// The rows of two frames put together where their keys agree.
  package func join(
    _ other: LogicalPlan, leftOn: [String], rightOn: [String], how kind: JoinKind,
    validate: JoinValidation?, options: JoinOptions
  ) throws(FrameError) -> LogicalPlan {
    let label = "joined(…)"
    guard leftOn.count == rightOn.count, leftOn.isEmpty == (kind == .cross) else {
      throw FrameError(
        code: .shapeMismatch,
        what: kind == .cross
          ? "a cross join with keys" : "\(leftOn.count) left and \(rightOn.count) right keys",
        place: label,
        mend: kind == .cross ? "leave `on` out" : "name as many keys on both sides, at least one")
    }
    var leftKeys: [Int] = []
    var rightKeys: [Int] = []
    for (left, right) in zip(leftOn, rightOn) {
      leftKeys.append(try schema.place(of: left, in: label))
      rightKeys.append(try other.schema.place(of: right, in: "joined(…), right side"))
      let types = (schema.fields[leftKeys.last ?? 0], other.schema.fields[rightKeys.last ?? 0])
      guard types.0.type == types.1.type else {
        throw FrameError(
          code: .typeMismatch,
          what: "the keys \"\(left)\" of \(types.0.type) and \"\(right)\" of \(types.1.type)",
          place: label, mend: "keys are compared in one type: cast one of them")
      }
    }
    var fields = schema.fields
    var rightColumns: [Int] = []
    if kind != .semi, kind != .anti {
      for (place, field) in other.schema.fields.enumerated() where !rightKeys.contains(place) {
        rightColumns.append(place)
        let isTaken = schema.index(of: field.name) != nil
        fields.append(Schema.Field(isTaken ? field.name + options.suffix : field.name, field.type))
      }
    }
    if options.indicator != nil {
      guard kind != .semi, kind != .anti, kind != .cross else {
        throw FrameError(
          code: .badValue, what: "an indicator for a \(kind) join", place: label,
          mend: "inner, left, right and full joins have one")
      }
    }
    if let indicator = options.indicator { fields.append(Schema.Field(indicator, .string)) }
    let join = JoinPlan(
      kind: kind, leftKeys: leftKeys, rightKeys: rightKeys, rightColumns: rightColumns,
      validation: validate, options: options)
    return LogicalPlan(
      .join(self, other, join), schema: try Schema(fields, for: label), label: label)
  }
}
