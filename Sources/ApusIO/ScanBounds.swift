internal import ApusFrame

/// What a file knows of its columns before their values are read, held against predicates.
struct ScanBounds {
  /// What is known of a column in some rows.
  struct Column {
    /// No value is less, if there is such a bound; NaN and null aside.
    var least: Scalar?
    /// No value is greater.
    var greatest: Scalar?
    /// How many rows are null, if that is known.
    var nullCount: Int?
    /// How many rows there are.
    var rowCount: Int

    fileprivate var isAllNull: Bool { nullCount == rowCount }
  }

  private let column: (Int) -> Column

  /// Bounds that `column` looks up.
  init(_ column: @escaping (Int) -> Column) { self.column = column }

  /// Whether some row may make `predicate` true.
  func mayHold(_ predicate: TypedExpr) -> Bool {
    switch predicate {
    case .logic(.and, let left, let right): return mayHold(left) && mayHold(right)
    case .logic(.or, let left, let right): return mayHold(left) || mayHold(right)
    case .isNull(.column(let place, _), let wantsNull):
      let known = column(place)
      return wantsNull ? known.nullCount != 0 : !known.isAllNull
    case .comparison(let operation, .column(let place, _), .literal(let value, _)):
      return mayHold(operation, column(place), value)
    case .comparison(let operation, .literal(let value, _), .column(let place, _)):
      return mayHold(operation.turned, column(place), value)
    case .isIn(.column(let place, _), let values):
      let known = column(place)
      return values.contains { $0 != .null && mayHold(.equal, known, $0) }
    case .column(let place, .bool):
      return mayHold(.equal, column(place), .bool(true))
    default: return true
    }
  }

  private func mayHold(_ operation: BinaryOperator, _ known: Column, _ value: Scalar) -> Bool {
    if known.isAllNull { return false }
    // Where values are compared with something of another kind, nothing is known.
    let low = known.least.flatMap { ScanBounds.order($0, value) }
    let high = known.greatest.flatMap { ScanBounds.order($0, value) }
    switch operation {
    case .equal: return (low ?? 0) <= 0 && (high ?? 0) >= 0
    case .less: return (low ?? -1) < 0
    case .lessOrEqual: return (low ?? 0) <= 0
    case .greater: return (high ?? 1) > 0
    case .greaterOrEqual: return (high ?? 0) >= 0
    default: return true
    }
  }

  /// Below 0 when `left` is less than `right`, 0 when they may be equal, above 0 when it is greater.
  private static func order(_ left: Scalar, _ right: Scalar) -> Int? {
    switch (left, right) {
    case (.int(let a), .int(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.decimal(let a), .decimal(let b)): return a < b ? -1 : b < a ? 1 : 0
    case (.time(let a), .time(let b)): return a < b ? -1 : b < a ? 1 : 0
    case (.datetime(let a), .datetime(let b)): return a < b ? -1 : b < a ? 1 : 0
    case (.duration(let a), .duration(let b)): return a < b ? -1 : b < a ? 1 : 0
    case (.date(let a), .date(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
    case (.string(let a), .string(let b)):
      if a.utf8.elementsEqual(b.utf8) { return 0 }
      return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    default:
      // Floating point may round a whole number to what it is compared with: equal says nothing.
      guard let a = left.number, let b = right.number, !a.isNaN, !b.isNaN else { return nil }
      if case .bool = left { return nil }
      if case .bool = right { return nil }
      return a < b ? -1 : a > b ? 1 : nil
    }
  }
}

extension BinaryOperator {
  /// The operator with its sides exchanged.
  fileprivate var turned: BinaryOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

extension TypedExpr {
  /// The predicates that must all be true.
  var conjunction: [TypedExpr] {
    guard case .logic(.and, let left, let right) = self else { return [self] }
    return left.conjunction + right.conjunction
  }

  /// The columns that stand in a plain comparison; for other expressions none.
  var columnPlaces: Set<Int> {
    switch self {
    case .column(let place, _): [place]
    case .literal: []
    case .isNull(let operand, _), .isIn(let operand, _): operand.columnPlaces
    case .comparison(_, let left, let right), .logic(_, let left, let right):
      left.columnPlaces.union(right.columnPlaces)
    default: []
    }
  }
}
