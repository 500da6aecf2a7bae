public import ApusFrame

/// Preprocessing that was fitted: applies to any frame with the columns it knows.
public struct FittedPreprocessing: Sendable, Equatable {
  /// One thing done to one column.
  struct Step: Sendable, Equatable {
    let column: String
    let work: Work

    enum Work: Sendable, Equatable {
      case fillNumber(Double)
      case fillText(String)
      /// (value − shift) / scale.
      case scale(shift: Double, scale: Double)
      case oneHot(levels: [String], isDroppingFirst: Bool, isUnseenError: Bool)
    }
  }

  var steps: [Step]

  /// Applies the steps to a frame; columns they do not name stay as they are.
  /// - Throws: `StatsError` for missing columns, columns of another type, and unseen levels that
  ///   are not allowed.
  public func apply(_ frame: DataFrame) throws(StatsError) -> DataFrame {
    var frame = frame
    for step in steps { frame = try step.apply(to: frame) }
    return frame
  }

  /// The columns that come of these: one-hot columns stand in the place of theirs.
  func outputNames(of names: [String]) -> [String] {
    var names = names
    for step in steps {
      if let levels = step.newNames, let place = names.firstIndex(of: step.column) {
        names.replaceSubrange(place...place, with: levels)
      }
    }
    return names
  }
}

extension FittedPreprocessing.Step {
  /// The columns that replace the step's own, if any do.
  var newNames: [String]? {
    guard case .oneHot(let levels, let isDroppingFirst, _) = work else { return nil }
    return levels.dropFirst(isDroppingFirst ? 1 : 0).map { "\(column)=\($0)" }
  }

  init(
    imputing column: AnyColumn, with method: Preprocessing.Imputation
  ) throws(StatsError) {
    self.column = column.name
    let isNumber = column.type.isNumeric || column.type == .bool
    switch method {
    case .constant(let value):
      guard isNumber, value.isFinite else {
        throw StatsError(
          code: .typeMismatch,
          what: "\"\(column.name)\" is \(column.type), the constant is \(value)",
          place: "impute", mend: "fill texts with .text, and numbers with finite ones")
      }
      work = .fillNumber(value)
    case .text(let text):
      guard !isNumber else {
        throw StatsError(
          code: .typeMismatch, what: "\"\(column.name)\" is \(column.type), not a text",
          place: "impute", mend: "fill numbers with .constant")
      }
      work = .fillText(text)
    case .mean, .median, .mostFrequent:
      work =
        isNumber
        ? .fillNumber(try Self.number(column, method)) : .fillText(try Self.frequentText(column))
    }
  }

  private static func number(
    _ column: AnyColumn, _ method: Preprocessing.Imputation
  ) throws(StatsError) -> Double {
    let values = try present(column, in: "impute")
    switch method {
    case .median: return quantile(values.sorted(), 0.5)
    case .mostFrequent:
      var counts: [Double: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      let top = counts.values.max() ?? 0
      return counts.filter { $0.value == top }.keys.min() ?? 0
    case .mean, .constant, .text: return values.reduce(0, +) / Double(values.count)
    }
  }

  private static func frequentText(_ column: AnyColumn) throws(StatsError) -> String {
    var counts: [String: Int] = [:]
    for text in try column.texts(in: "impute") {
      if let text { counts[text, default: 0] += 1 }
    }
    let top = counts.values.max() ?? 0
    guard let text = counts.filter({ $0.value == top }).keys.min() else {
      throw StatsError(
        code: .tooFewRows, what: "\"\(column.name)\" is missing in every row", place: "impute",
        mend: "leave the column out, or use .text")
    }
    return text
  }

  /// The numbers of a column that are there.
  private static func present(
    _ column: AnyColumn, in place: String
  ) throws(StatsError) -> [Double] {
    let values = try column.numbers(in: place).filter { !$0.isNaN }
    guard !values.isEmpty else {
      throw StatsError(
        code: .tooFewRows, what: "\"\(column.name)\" is missing in every row", place: place,
        mend: "leave the column out")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw StatsError(
        code: .badValue, what: "\"\(column.name)\" holds an infinite value", place: place,
        mend: "filter the infinite values out")
    }
    return values
  }

  /// The quantile of sorted values, linear between the two nearest.
  private static func quantile(_ sorted: [Double], _ part: Double) -> Double {
    let place = part * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }

  init(scaling column: AnyColumn, by method: Preprocessing.Scaling) throws(StatsError) {
    self.column = column.name
    let values = try Self.present(column, in: "scale")
    let shift: Double
    let scale: Double
    switch method {
    case .standard:
      let mean = values.reduce(0, +) / Double(values.count)
      let error = values.reduce(0) { $0 + ($1 - mean) } / Double(values.count)
      shift = mean + error
      let centre = shift
      scale =
        (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count))
        .squareRoot()
    case .minMax:
      shift = values.min() ?? 0
      scale = (values.max() ?? 0) - shift
    case .robust:
      let sorted = values.sorted()
      shift = Self.quantile(sorted, 0.5)
      scale = Self.quantile(sorted, 0.75) - Self.quantile(sorted, 0.25)
    }
    // A constant column is only shifted, so that folds in which it happens to be one still work.
    let isConstant = scale <= 1e-15 * Swift.max(abs(shift), .leastNormalMagnitude)
    work = .scale(shift: shift, scale: isConstant ? 1 : scale)
  }

  func apply(to frame: DataFrame) throws(StatsError) -> DataFrame {
    let source = try frame.column(column, in: "preprocessing")
    switch work {
    case .fillNumber(let value):
      guard source.nullCount > 0 || source.type.isFloat || source.type == .bool else {
        return frame
      }
      let filled = try source.numbers(in: "impute").map { $0.isNaN ? value : $0 }
      return try frame.replacing(column, with: [(column, AnyColumn(filled))])
    case .fillText(let text):
      let filled = try source.texts(in: "impute").map { $0 ?? text }
      return try frame.replacing(column, with: [(column, AnyColumn(filled as [String?]))])
    case .scale(let shift, let scale):
      let scaled = try source.numbers(in: "scale").map { $0.isNaN ? nil : ($0 - shift) / scale }
      return try frame.replacing(column, with: [(column, AnyColumn(scaled))])
    case .oneHot(let levels, let isDroppingFirst, let isUnseenError):
      let places = Dictionary(uniqueKeysWithValues: zip(levels, 0...))
      let texts = try source.texts(in: "oneHot")
      var columns = levels.map { _ in [Double?](repeating: 0, count: texts.count) }
      for (row, text) in texts.enumerated() {
        guard let text else { continue }
        if let place = places[text] {
          columns[place][row] = 1
        } else if isUnseenError {
          throw StatsError(
            code: .badValue,
            what: "\"\(column)\" is \"\(text)\" in row \(row), a level not seen "
              + "when fitting",
            place: "oneHot", mend: "use unseen: .zeros, or fit on rows with this level")
        }
      }
      let first = isDroppingFirst ? 1 : 0
      return try frame.replacing(
        column,
        with: (first..<levels.count).map { ("\(column)=\(levels[$0])", AnyColumn(columns[$0])) })
    }
  }
}

extension DataFrame {
  /// The frame with other columns in the place of one.
  fileprivate func replacing(
    _ name: String, with columns: [(name: String, column: AnyColumn)]
  ) throws(StatsError) -> DataFrame {
    do throws(FrameError) {
      var all: [AnyColumn] = []
      for other in columnNames {
        if other == name {
          all += columns.map { AnyColumn(name: $0.name, $0.column) }
        } else {
          all.append(try self[other])
        }
      }
      return try DataFrame(columns: all)
    } catch {
      throw StatsError(error, in: "preprocessing")
    }
  }
}
