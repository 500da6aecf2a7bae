/// What stands in the place of nulls.
public enum FillStrategy: Sendable, Hashable {
  /// The last value before, at most `limit` rows back.
  case forward(limit: Int? = nil)
  /// The next value behind, at most `limit` rows on.
  case backward(limit: Int? = nil)
  /// The mean of the values.
  case mean
  /// The median of the values.
  case median
  /// The least value.
  case min
  /// The greatest value.
  case max
  /// The most frequent value.
  case mode
  /// 0.
  case zero
  /// 1.
  case one

  /// The last value before.
  public static var forward: FillStrategy { .forward(limit: nil) }
  /// The next value behind.
  public static var backward: FillStrategy { .backward(limit: nil) }
}

extension Expr {
  /// The value, or what a strategy puts in its place where it is null. In the order of rows, or of
  /// the groups and order of `over(…)`.
  ///
  ///     col("price").fillNull(.forward).over("stock", order: "day")
  public func fillNull(_ strategy: FillStrategy) -> Expr {
    switch strategy {
    case .forward(let limit): window(.fill(isForward: true, limit: limit))
    case .backward(let limit): window(.fill(isForward: false, limit: limit))
    case .mean: coalesce(self, aggregate(.mean))
    case .median: coalesce(self, aggregate(.median))
    case .min: coalesce(self, aggregate(.min))
    case .max: coalesce(self, aggregate(.max))
    case .mode: coalesce(self, aggregate(.mode))
    case .zero: fillNull(lit(0))
    case .one: fillNull(lit(1))
    }
  }

  /// The number, or where it is null what lies on the straight line between the number before and
  /// the one behind; null before the first and behind the last number.
  public func interpolated() -> Expr { window(.interpolate) }

  /// Which interval between `breaks` the number lies in, as a text: `(0, 10]`, or the label of that
  /// place. There is one interval more than breaks; each holds its upper end, or, with `leftClosed`,
  /// its lower one.
  public func cut(_ breaks: [Double], labels: [String]? = nil, leftClosed: Bool = false) -> Expr {
    precondition(
      !breaks.isEmpty && zip(breaks, breaks.dropFirst()).allSatisfy(<),
      "cut(\(breaks)): give at least one break, from the least to the greatest")
    precondition(
      labels.map { $0.count == breaks.count + 1 } ?? true,
      "cut: \(labels?.count ?? 0) labels for \(breaks.count + 1) intervals")
    let names = labels ?? Expr.intervalNames(breaks, leftClosed: leftClosed)
    return cut(breaks.map { lit($0) }, names, leftClosed: leftClosed)
  }

  /// Which part of the values the number lies in when they are cut at the quantiles of `shares`, as
  /// a text: the label of that place, else `1`, `2` and so on. Each part holds its upper end.
  public func quantileCut(_ shares: [Double], labels: [String]? = nil) -> Expr {
    precondition(
      !shares.isEmpty && zip(shares, shares.dropFirst()).allSatisfy(<)
        && shares.allSatisfy((0...1).contains),
      "quantileCut(\(shares)): give shares from 0 to 1, from the least to the greatest")
    precondition(
      labels.map { $0.count == shares.count + 1 } ?? true,
      "quantileCut: \(labels?.count ?? 0) labels for \(shares.count + 1) parts")
    return cut(
      shares.map { aggregate(.quantile($0)) },
      labels ?? (1...(shares.count + 1)).map(String.init), leftClosed: false)
  }

  /// Which of `count` parts of about equally many values the number lies in.
  public func quantileCut(_ count: Int, labels: [String]? = nil) -> Expr {
    precondition(count > 1, "quantileCut(\(count)): cut into at least 2 parts")
    return quantileCut((1..<count).map { Double($0) / Double(count) }, labels: labels)
  }

  private func cut(_ breaks: [Expr], _ names: [String], leftClosed: Bool) -> Expr {
    let last = when(isNull || isNaN).then(Expr(.literal(.null))).otherwise(names[breaks.count])
    return zip(breaks, names).reversed().reduce(last) { rest, next in
      when(leftClosed ? self < next.0 : self <= next.0).then(next.1).otherwise(rest)
    }
  }

  private static func intervalNames(_ breaks: [Double], leftClosed: Bool) -> [String] {
    func text(_ value: Double) -> String {
      value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : String(value)
    }
    let ends = ["-inf"] + breaks.map(text) + ["inf"]
    return (0...breaks.count).map { place in
      leftClosed
        ? "[\(ends[place]), \(ends[place + 1]))" : "(\(ends[place]), \(ends[place + 1])]"
    }
  }

  private func window(_ function: WindowFunction) -> Expr {
    Expr(.window(function, [self], WindowFrame()))
  }

  /// The aggregate of all values, for each row.
  private func aggregate(_ function: AggregateFunction) -> Expr {
    window(.aggregate(function))
  }
}
