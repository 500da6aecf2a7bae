/// How well predicted classes meet the true ones.
public struct ClassMetrics: StatsResult, Equatable {
  /// What is known of one class.
  public struct ByClass: Sendable, Equatable {
    /// The class.
    public let label: String
    /// The part of those predicted to be of the class that are; `nil` when none is predicted.
    public let precision: Double?
    /// The part of those of the class that are predicted so; `nil` when there is none.
    public let recall: Double?
    /// The harmonic mean of both; 0 when no row is right, `nil` when the class never occurs.
    public let f1: Double?
    /// How many rows are of the class.
    public let support: Int
  }

  /// The classes, sorted.
  public let labels: [String]
  /// How often each true class (row) was predicted to be each class (column).
  public let confusion: [[Int]]
  /// The part of the rows that is right.
  public let accuracy: Double
  /// Precision, recall and F1 of each class.
  public let byClass: [ByClass]

  /// Compares classes; those that occur in either are known.
  /// - Throws: `StatsError` for samples of other lengths, or none at all.
  public init(truth: [String], predicted: [String]) throws(StatsError) {
    guard truth.count == predicted.count else {
      throw StatsError(
        code: .shapeMismatch,
        what: "\(truth.count) true classes and \(predicted.count) predicted ones",
        place: "ClassMetrics")
    }
    guard !truth.isEmpty else {
      throw StatsError(code: .tooFewRows, what: "no rows to compare", place: "ClassMetrics")
    }
    let names = Set(truth).union(predicted)
    let sorted =
      names.allSatisfy { Double($0) != nil }
      ? names.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) } : names.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(sorted, 0...))
    var table = sorted.map { _ in [Int](repeating: 0, count: sorted.count) }
    for (one, other) in zip(truth, predicted) {
      if let row = places[one], let column = places[other] { table[row][column] += 1 }
    }
    labels = sorted
    confusion = table
    accuracy = Double(sorted.indices.reduce(0) { $0 + table[$1][$1] }) / Double(truth.count)
    byClass = sorted.indices.map { place in
      let hits = Double(table[place][place])
      let support = table[place].reduce(0, +)
      let claimed = table.reduce(0) { $0 + $1[place] }
      return ByClass(
        label: sorted[place], precision: claimed > 0 ? hits / Double(claimed) : nil,
        recall: support > 0 ? hits / Double(support) : nil,
        f1: support + claimed > 0 ? 2 * hits / Double(support + claimed) : nil, support: support)
    }
  }

  /// The mean of the F1 of all classes; classes that never occur are left out.
  public var macroF1: Double {
    let all = byClass.compactMap(\.f1)
    return all.reduce(0, +) / Double(all.count)
  }

  /// What is known of a class.
  public subscript(label: String) -> ByClass? { byClass.first { $0.label == label } }

  /// Accuracy, the measures of each class, and the confusion matrix.
  public var card: StatsCard {
    func text(_ value: Double?) -> String { value.map { NumberText.fixed($0, digits: 4) } ?? "–" }
    return StatsCard(
      title: "Classification metrics",
      facts: [
        ("Rows", "\(confusion.reduce(0) { $0 + $1.reduce(0, +) })"), ("Accuracy", text(accuracy)),
        ("Macro F1", text(macroF1)),
      ],
      tables: [
        .init(
          header: ["class", "precision", "recall", "F1", "rows"],
          rows: byClass.map {
            [$0.label, text($0.precision), text($0.recall), text($0.f1), "\($0.support)"]
          }),
        .init(
          header: ["true \\ predicted"] + labels,
          rows: zip(labels, confusion).map { [$0] + $1.map(String.init) }),
      ])
  }
}
