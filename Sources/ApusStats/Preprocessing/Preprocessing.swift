public import ApusFrame

/// What is done to the columns of a frame before a model sees them, in order. Fitted on the rows
/// that a model learns from, and applied unchanged to new frames.
///
/// ```swift
/// let steps = Preprocessing(.impute(), .scale(), .oneHot("carrier"))
/// let model = try Learner.logistic().fit("late", data: flights, preprocessing: steps)
/// ```
public struct Preprocessing: Sendable, Equatable {
  /// A step; one without columns works on all that it suits.
  public struct Step: Sendable, Equatable {
    let kind: Kind
    let columns: [String]

    enum Kind: Sendable, Equatable {
      case impute(Imputation)
      case scale(Scaling)
      case oneHot(unseen: UnseenLevels, dropsFirst: Bool)
    }

    /// Fills missing values. Without columns: of every column of numbers, Booleans and texts; the
    /// mean and the median fill texts with the most frequent one.
    public static func impute(_ columns: String..., with method: Imputation = .mean) -> Step {
      Step(kind: .impute(method), columns: columns)
    }

    /// Shifts and scales columns of numbers. Without columns: all of them.
    public static func scale(_ columns: String..., by method: Scaling = .standard) -> Step {
      Step(kind: .scale(method), columns: columns)
    }

    /// Makes of each level of a column a column of zeros and ones, `name=level`. Without columns:
    /// of every column of texts, categories and Booleans.
    public static func oneHot(
      _ columns: String..., unseen: UnseenLevels = .zeros, dropsFirst: Bool = false
    ) -> Step {
      Step(kind: .oneHot(unseen: unseen, dropsFirst: dropsFirst), columns: columns)
    }
  }

  /// What missing values become.
  public enum Imputation: Sendable, Equatable {
    /// The mean of the others.
    case mean
    /// The median of the others.
    case median
    /// The most frequent of the others; of equally frequent ones the least.
    case mostFrequent
    /// A number.
    case constant(Double)
    /// A text.
    case text(String)
  }

  /// How numbers are scaled.
  public enum Scaling: String, Sendable, CaseIterable {
    /// To mean 0 and standard deviation 1 (of the rows themselves, not of a sample).
    case standard
    /// To the least 0 and the greatest 1.
    case minMax
    /// To median 0 and interquartile range 1.
    case robust
  }

  /// What becomes of a level that was not seen when fitting.
  public enum UnseenLevels: String, Sendable {
    /// Zeros in every column, as a missing level.
    case zeros
    /// An error that names it.
    case error
  }

  /// The steps.
  public var steps: [Step]

  /// Steps in order; none at all to leave frames as they are.
  public init(_ steps: Step...) { self.steps = steps }

  /// Fits the steps to the rows of a frame: to all columns, or to some.
  /// - Throws: `StatsError` for unknown columns, columns of a type that a step does not know,
  ///   columns that are missing in every row, and constant columns that would be scaled.
  public func fit(
    _ frame: DataFrame, columns: [String]? = nil
  ) throws(StatsError) -> FittedPreprocessing {
    var names = columns ?? frame.columnNames
    var result = FittedPreprocessing(steps: [])
    var current = frame
    for step in steps {
      var wanted = step.columns
      if wanted.isEmpty {
        for name in names
        where step.suits(try current.column(name, in: "preprocessing").type) {
          wanted.append(name)
        }
      }
      for name in wanted {
        let fitted = try step.fit(name, current)
        current = try fitted.apply(to: current)
        if let levels = fitted.newNames {
          if let place = names.firstIndex(of: name) {
            names.replaceSubrange(place...place, with: levels)
          }
        }
        result.steps.append(fitted)
      }
    }
    return result
  }
}

extension Preprocessing.Step {
  fileprivate func suits(_ type: DataType) -> Bool {
    let isText = type == .string || Self.isCategorical(type)
    switch kind {
    case .impute(.text): return isText
    case .impute(.constant): return type.isNumeric || type == .bool
    case .impute: return type.isNumeric || type == .bool || isText
    case .scale: return type.isNumeric
    case .oneHot: return isText || type == .bool
    }
  }

  static func isCategorical(_ type: DataType) -> Bool {
    if case .categorical = type { return true }
    if case .enum = type { return true }
    return false
  }

  fileprivate func fit(
    _ name: String, _ frame: DataFrame
  ) throws(StatsError) -> FittedPreprocessing.Step {
    switch kind {
    case .impute(let method):
      let column = try frame.column(name, in: "impute")
      return try FittedPreprocessing.Step(imputing: column, with: method)
    case .scale(let method):
      let column = try frame.column(name, in: "scale")
      return try FittedPreprocessing.Step(scaling: column, by: method)
    case .oneHot(let unseen, let dropsFirst):
      let column = try frame.column(name, in: "oneHot")
      let levels = try LevelList(column).levels
      return FittedPreprocessing.Step(
        column: name,
        work: .oneHot(
          levels: levels, isDroppingFirst: dropsFirst, isUnseenError: unseen == .error))
    }
  }
}

/// The distinct values of a column as texts, sorted; nulls left out.
struct LevelList {
  let levels: [String]

  init(_ column: AnyColumn) throws(StatsError) {
    let texts = Set(try column.texts(in: "oneHot").compactMap { $0 })
    guard !texts.isEmpty else {
      throw StatsError(
        code: .tooFewRows, what: "\"\(column.name)\" is missing in every row", place: "oneHot",
        mend: "leave the column out")
    }
    guard texts.count <= 10_000 else {
      throw StatsError(
        code: .badValue, what: "\"\(column.name)\" has \(texts.count) levels", place: "oneHot",
        mend: "at most 10000 become columns; group the rare ones first")
    }
    let numbers = texts.compactMap { Double($0) }
    levels =
      column.type.isNumeric && numbers.count == texts.count
      ? texts.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) } : texts.sorted()
  }
}
