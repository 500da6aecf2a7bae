@_implementationOnly import Glibc

/// How the features of a class are distributed, each apart from the others.
public enum NaiveBayesKind: Sendable, Equatable {
  /// Normal; variances are raised by `smoothing` times the largest variance of a feature.
  case gaussian(smoothing: Double = 1e-9)
  /// Counts of things drawn from the class's list; `smoothing` is added to each count.
  case multinomial(smoothing: Double = 1)
  /// Present (above 0) or absent; `smoothing` is added to each count.
  case bernoulli(smoothing: Double = 1)

  /// Normal features with the usual smoothing.
  public static var gaussian: NaiveBayesKind { .gaussian() }
  /// Counts with the usual smoothing.
  public static var multinomial: NaiveBayesKind { .multinomial() }
  /// Presence with the usual smoothing.
  public static var bernoulli: NaiveBayesKind { .bernoulli() }

  var name: String {
    switch self {
    case .gaussian: "Gaussian"
    case .multinomial: "multinomial"
    case .bernoulli: "Bernoulli"
    }
  }

  var smoothing: Double {
    switch self {
    case .gaussian(let value), .multinomial(let value), .bernoulli(let value): value
    }
  }
}

/// What naive Bayes knows of each class: its log chance and two numbers a feature.
struct NaiveBayes: Sendable, Equatable {
  enum Form: String, Sendable { case gaussian, multinomial, bernoulli }

  let form: Form
  let priors: [Double]
  /// Means, or log chances, by class and feature.
  let first: [[Double]]
  /// Variances, or log chances of absence, by class and feature.
  let second: [[Double]]

  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, kind: NaiveBayesKind, in place: String
  ) throws -> NaiveBayes {
    guard case .classes(let classes) = target else {
      preconditionFailure("naive Bayes was given numbers")
    }
    guard kind.smoothing >= 0, kind.smoothing.isFinite else {
      throw StatsError(
        code: .badOption, what: "smoothing \(kind.smoothing) is not a number ≥ 0", place: place)
    }
    try table.requireFinite(in: place)
    let counts = classes.counts.map(Double.init)
    let priors = counts.map { log($0 / Double(table.rowCount)) }
    switch kind {
    case .gaussian(let smoothing):
      return try gaussian(table, classes, counts, priors, smoothing, place)
    case .multinomial(let smoothing):
      try requireCounts(table, place)
      let sums = sums(table, classes) { $0 }
      let logs = try sums.map { sums in
        let total = sums.reduce(0, +) + smoothing * Double(sums.count)
        return try sums.map { try logChance(($0 + smoothing) / total, place) }
      }
      return NaiveBayes(form: .multinomial, priors: priors, first: logs, second: [])
    case .bernoulli(let smoothing):
      let sums = sums(table, classes) { $0 > 0 ? 1 : 0 }
      let chances = zip(sums, counts).map { sums, count in
        sums.map { ($0 + smoothing) / (count + 2 * smoothing) }
      }
      return NaiveBayes(
        form: .bernoulli, priors: priors,
        first: try chances.map { try $0.map { try logChance($0, place) } },
        second: try chances.map { try $0.map { try logChance(1 - $0, place) } })
    }
  }

  private static func logChance(_ chance: Double, _ place: String) throws -> Double {
    guard chance > 0 else {
      throw StatsError(
        code: .badValue, what: "a feature never or always occurs in a class", place: place,
        mend: "use smoothing above 0")
    }
    return log(chance)
  }

  private static func requireCounts(_ table: FeatureTable, _ place: String) throws {
    for (name, column) in zip(table.names, table.columns) {
      if let row = column.firstIndex(where: { $0 < 0 }) {
        throw StatsError(
          code: .badValue, what: "\"\(name)\" is \(column[row]) in row \(row)", place: place,
          mend: "multinomial naive Bayes needs counts ≥ 0")
      }
    }
  }

  private static func sums(
    _ table: FeatureTable, _ target: ClassTarget, _ value: (Double) -> Double
  ) -> [[Double]] {
    var sums = [[Double]](
      repeating: Array(repeating: 0, count: table.columns.count), count: target.labels.count)
    for (place, column) in table.columns.enumerated() {
      for (row, code) in target.codes.enumerated() { sums[Int(code)][place] += value(column[row]) }
    }
    return sums
  }

  private static func gaussian(
    _ table: FeatureTable, _ target: ClassTarget, _ counts: [Double], _ priors: [Double],
    _ smoothing: Double, _ place: String
  ) throws -> NaiveBayes {
    let means = zip(sums(table, target) { $0 }, counts).map { sums, count in
      sums.map { $0 / count }
    }
    var variances = means.map { $0.map { _ in 0.0 } }
    var widest = 0.0
    for (place, column) in table.columns.enumerated() {
      for (row, code) in target.codes.enumerated() {
        let gap = column[row] - means[Int(code)][place]
        variances[Int(code)][place] += gap * gap
      }
      let mean = column.reduce(0, +) / Double(column.count)
      widest = max(
        widest, column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count))
    }
    for (code, count) in counts.enumerated() {
      for column in variances[code].indices {
        variances[code][column] = variances[code][column] / count + smoothing * widest
        guard variances[code][column] > 0 else {
          throw StatsError(
            code: .badValue,
            what: "\"\(table.names[column])\" is constant in the class "
              + "\"\(target.labels[code])\"",
            place: place, mend: "leave it out, or use smoothing above 0")
        }
      }
    }
    return NaiveBayes(form: .gaussian, priors: priors, first: means, second: variances)
  }

  /// Chances of the classes, row by row.
  func predict(_ table: FeatureTable, in place: String) throws -> [Double] {
    try table.requireFinite(in: place)
    let width = priors.count
    var result = [Double](repeating: 0, count: table.rowCount * width)
    for row in 0..<table.rowCount {
      var logs = priors
      for code in 0..<width {
        for (place, column) in table.columns.enumerated() {
          logs[code] += part(column[row], code, place)
        }
      }
      let top = logs.max() ?? 0
      let parts = logs.map { exp($0 - top) }
      let sum = parts.reduce(0, +)
      for code in 0..<width { result[row * width + code] = parts[code] / sum }
    }
    return result
  }

  private func part(_ value: Double, _ code: Int, _ place: Int) -> Double {
    switch form {
    case .gaussian:
      let gap = value - first[code][place]
      let variance = second[code][place]
      return -0.5 * (log(2 * .pi * variance) + gap * gap / variance)
    case .multinomial: return value * first[code][place]
    case .bernoulli: return value > 0 ? first[code][place] : second[code][place]
    }
  }
}
