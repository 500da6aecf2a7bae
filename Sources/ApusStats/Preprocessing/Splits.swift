public import ApusFrame

/// Rows parted into those to learn from and those to be judged by.
public struct RowSplit: Sendable, Equatable {
  /// The rows to learn from, in order.
  public let training: [Int]
  /// The rows to be judged by, in order.
  public let test: [Int]
}

/// How rows are parted for cross-validation.
public enum Folds: Sendable, Equatable {
  /// Parts of almost equal size, shuffled when there is a seed.
  case plain(Int, seed: UInt64? = 0)
  /// As plain, with the classes of a column in their proportions in each part.
  case stratified(Int, by: String, seed: UInt64? = 0)
  /// Rows with the same value in a column stay together.
  case grouped(Int, by: String)
  /// Parts that follow each other: each is judged by what was learned from all before it.
  case time(Int)

  /// The splits of the rows of a frame.
  /// - Throws: `StatsError` for fewer than 2 folds, more folds than rows (or groups, or rows of a
  ///   class), and unknown columns.
  public func splits(of data: DataFrame) throws(StatsError) -> [RowSplit] {
    let count = data.rowCount
    switch self {
    case .plain(let folds, let seed):
      try Self.check(folds, count, "rows")
      let order = Self.order(count, seed)
      var parts = [Int](repeating: 0, count: count)
      for (place, row) in order.enumerated() { parts[row] = place * folds / count }
      return Self.splits(parts, folds)
    case .stratified(let folds, let column, let seed):
      let classes = try ClassTarget(try data.column(column, in: "folds"), in: "folds")
      let least = classes.counts.enumerated().min { $0.element < $1.element }
      try Self.check(
        folds, least?.element ?? 0, "rows of class \"\(classes.labels[least?.offset ?? 0])\"")
      var parts = [Int](repeating: 0, count: count)
      var next = 0
      for group in classes.labels.indices {
        // Each class begins where the last one ended, so that parts stay of equal size.
        for row in Self.order(count, seed) where Int(classes.codes[row]) == group {
          parts[row] = next % folds
          next += 1
        }
      }
      return Self.splits(parts, folds)
    case .grouped(let folds, let column):
      let groups = try ClassTarget(try data.column(column, in: "folds"), in: "folds")
      try Self.check(folds, groups.labels.count, "groups")
      // The largest group first, each to the part with the fewest rows.
      let counts = groups.counts
      var sizes = [Int](repeating: 0, count: folds)
      var homes = [Int](repeating: 0, count: counts.count)
      for group in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
        let home = sizes.indices.min { (sizes[$0], $0) < (sizes[$1], $1) } ?? 0
        homes[group] = home
        sizes[home] += counts[group]
      }
      return Self.splits(groups.codes.map { homes[Int($0)] }, folds)
    case .time(let folds):
      try Self.check(folds, count - 1, "rows after the first")
      let size = count / (folds + 1)
      return (0..<folds).map { fold in
        let start = count - (folds - fold) * size
        return RowSplit(training: Array(0..<start), test: Array(start..<(start + size)))
      }
    }
  }

  private static func check(_ folds: Int, _ count: Int, _ what: String) throws(StatsError) {
    guard folds >= 2, folds <= count else {
      throw StatsError(
        code: .badOption, what: "\(folds) folds of \(count) \(what)", place: "folds",
        mend: count >= 2 ? "ask for 2 to \(count)" : "more rows are needed")
    }
  }

  private static func order(_ count: Int, _ seed: UInt64?) -> [Int] {
    guard let seed else { return Array(0..<count) }
    var random = StreamRandom(seed: seed, stream: 0)
    return random.permutation(count)
  }

  private static func splits(_ parts: [Int], _ folds: Int) -> [RowSplit] {
    (0..<folds).map { fold in
      RowSplit(
        training: parts.indices.filter { parts[$0] != fold },
        test: parts.indices.filter { parts[$0] == fold })
    }
  }
}

extension DataFrame {
  /// The frame's rows parted by chance into those to learn from and those to be judged by.
  /// - Parameters:
  ///   - test: the part to be judged by, between 0 and 1.
  ///   - stratifiedBy: a column whose classes have their proportions in both parts.
  ///   - groupedBy: a column whose equal values stay together; only whole groups are moved.
  public func trainTestSplit(
    test: Double = 0.25, stratifiedBy: String? = nil, groupedBy: String? = nil, seed: UInt64 = 0
  ) throws(StatsError) -> (train: DataFrame, test: DataFrame) {
    let place = "trainTestSplit"
    guard test > 0, test < 1 else {
      throw StatsError(
        code: .badOption, what: "the test part \(test) is not between 0 and 1", place: place)
    }
    if stratifiedBy != nil, groupedBy != nil {
      throw StatsError(
        code: .badOption, what: "rows are either stratified or grouped", place: place)
    }
    var random = StreamRandom(seed: seed, stream: 0)
    let order = random.permutation(rowCount)
    var isTest = [Bool](repeating: false, count: rowCount)
    if let groupedBy {
      let groups = try ClassTarget(try column(groupedBy, in: place), in: place)
      let wanted = Int((Double(groups.labels.count) * test).rounded())
      let chosen = Set(random.permutation(groups.labels.count).prefix(max(wanted, 1)))
      for (row, code) in groups.codes.enumerated() { isTest[row] = chosen.contains(Int(code)) }
    } else {
      var classes: ClassTarget?
      if let stratifiedBy {
        classes = try ClassTarget(try column(stratifiedBy, in: place), in: place)
      }
      let kinds = classes?.labels.count ?? 1
      for kind in 0..<kinds {
        let rows = order.filter { row in classes.map { Int($0.codes[row]) == kind } ?? true }
        let wanted = Int((Double(rows.count) * test).rounded())
        for row in rows.prefix(wanted) { isTest[row] = true }
      }
    }
    let training = isTest.indices.filter { !isTest[$0] }
    let held = isTest.indices.filter { isTest[$0] }
    guard !training.isEmpty, !held.isEmpty else {
      throw StatsError(
        code: .tooFewRows, what: "\(rowCount) rows leave one part empty", place: place,
        mend: "use more rows or another part")
    }
    return (taking(training), taking(held))
  }

  /// The rows of these numbers, in their order.
  package func taking(_ rows: [Int]) -> DataFrame {
    let numbers = Values<UInt32>(rows.map { UInt32($0) })
    do throws(FrameError) {
      var taken: [AnyColumn] = []
      for name in columnNames {
        taken.append(AnyColumn(name: name, try self[name].storage.gathered(numbers)))
      }
      return try DataFrame(columns: taken, rowCount: rows.count)
    } catch {
      preconditionFailure("rows of a frame's own columns do not fit: \(error)")
    }
  }
}
