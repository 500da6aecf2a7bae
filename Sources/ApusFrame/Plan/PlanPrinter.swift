/// Writes plans as text: a step a line, what it works on indented below it.
enum PlanPrinter {
  static func text(of plan: LogicalPlan) -> String {
    // Names that steps make for themselves begin with a scalar that no frame's name has.
    let text = lines(of: plan).map { "  \($0)\n" }.joined()
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
  }

  private static func lines(of plan: LogicalPlan) -> [String] {
    [line(of: plan)] + plan.inputs.flatMap { lines(of: $0).map { "  " + $0 } }
  }

  private static func line(of plan: LogicalPlan) -> String {
    let names = plan.inputs.first?.schema.names ?? []
    switch plan.step {
    case .frame(let frame, _):
      return "frame of \(frame.rowCount) rows: \(FrameError.summary(of: frame.columnNames))"
    case .scan(let scan):
      var text = "scan \(scan.source.description): "
      text += FrameError.summary(of: scan.fields.map(\.name))
      if scan.places.count < scan.source.schema.fields.count {
        text += " (\(scan.places.count) of \(scan.source.schema.fields.count) columns)"
      }
      if let predicate = scan.predicate {
        text += ", rows where \(predicate.text(scan.fields.map(\.name)))"
      }
      if let limit = scan.limit { text += ", at most \(limit) rows" }
      return text
    case .filter(_, let predicate): return "filter \(predicate.text(names))"
    case .project(_, let expressions):
      let columns = zip(plan.schema.names, expressions).map { name, expression in
        let text = expression.text(names)
        return text == name ? name : "\(name) = \(text)"
      }
      return "select \(columns.joined(separator: ", "))"
    case .aggregate(_, let keys, let outputs):
      let computed = plan.schema.names.dropFirst(keys.count)
      let by = keys.isEmpty ? "" : " by \(keys.map { names[$0] }.joined(separator: ", "))"
      return "aggregate\(by): \(computed.joined(separator: ", "))"
        + " from \(outputs.aggregates.map { $0.text(names) }.joined(separator: ", "))"
    case .sort(_, let keys, let limit):
      return (limit.map { "top \($0) by " } ?? "sort by ") + text(of: keys, names)
    case .groupTop(_, let keys, let order, let count):
      return "top \(count) by \(text(of: order, names)) of each "
        + keys.map { names[$0] }.joined(separator: ", ")
    case .unique(_, let places):
      return "unique by \(FrameError.summary(of: places.map { names[$0] }))"
    case .slice(_, 0, let count): return "head \(count)"
    case .slice(_, let from, let count): return "\(count) rows from row \(from)"
    case .other(let step, _): return step.text(names)
    case .shared(_, let number): return "shared \(number + 1), done once"
    case .join(_, let right, let join):
      let pairs = zip(join.leftKeys, join.rightKeys).map { left, other in
        let (name, otherName) = (names[left], right.schema.names[other])
        return name == otherName ? name : "\(name) = \(otherName)"
      }
      return "\(join.kind) join" + (plan.isChainedJoin ? " (in the order of sizes)" : "")
        + (pairs.isEmpty ? "" : " on \(pairs.joined(separator: ", "))")
    }
  }

  private static func text(of keys: [SortPlace], _ names: [String]) -> String {
    keys.map { names[$0.place] + ($0.isDescending ? " descending" : "") }.joined(separator: ", ")
  }
}

extension TypedAggregate {
  func text(_ names: [String]) -> String {
    function.text(of: inputs.map { $0.text(names) })
  }
}

extension TypedExpr {
  /// The expression as it is written, over columns of these names.
  func text(_ names: [String]) -> String {
    func inner(_ operand: TypedExpr) -> String {
      switch operand {
      case .arithmetic, .comparison, .logic: "(\(operand.text(names)))"
      default: operand.text(names)
      }
    }
    switch self {
    case .column(let place, _): return names[place]
    case .literal(let value, _): return value.shown
    case .not(let operand): return "!\(inner(operand))"
    case .negate(let operand): return "-\(inner(operand))"
    case .isNull(let operand, let wantsNull):
      return "\(inner(operand)).\(wantsNull ? "isNull" : "isNotNull")"
    case .arithmetic(let operation, let left, let right, _),
      .comparison(let operation, let left, let right), .logic(let operation, let left, let right):
      return "\(inner(left)) \(operation.rawValue) \(inner(right))"
    case .isIn(let operand, let values):
      return "\(inner(operand)).isIn(\(values.map(\.shown).joined(separator: ", ")))"
    case .call(let function, let operands, _): return function.text(of: operands.map(inner))
    case .window(let window):
      let partition = window.partition.map { "\"\(names[$0])\"" }.joined(separator: ", ")
      return window.function.text(of: window.inputs.map { $0.text(names) })
        + (partition.isEmpty ? "" : ".over(\(partition))")
    }
  }
}
