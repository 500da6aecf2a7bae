@_implementationOnly import Glibc

/// How a forest of decision trees is grown.
public struct ForestOptions: Sendable, Equatable {
  /// How many features each split may choose from.
  public enum FeatureChoice: Sendable, Equatable {
    /// The square root for classes, a third for numbers.
    case automatic
    /// Every feature.
    case all
    /// The square root of their number.
    case squareRoot
    /// A part of them, between 0 and 1.
    case fraction(Double)
    /// So many.
    case count(Int)
  }

  /// How many trees.
  public var treeCount = 100
  /// How many features each split may choose from.
  public var features = FeatureChoice.automatic
  /// The fewest rows of a leaf.
  public var minimumLeafRows = 1
  /// How deep a leaf may lie, if that is limited.
  public var depthLimit: Int?
  /// Whether each tree sees as many rows as there are, drawn with replacement.
  public var bootstraps = true
  /// Whether each row is also predicted by the trees that did not see it.
  public var measuresOutOfBag = false
  /// The most bins of a feature, 2 to 255; missing values have a bin of their own besides.
  public var binLimit = 255
  /// What the random numbers begin with.
  public var seed: UInt64 = 0

  /// The defaults: 100 trees, grown to the end on bootstrapped rows.
  public init() {}

  /// Trees and leaf size; everything else by default.
  public init(treeCount: Int, minimumLeafRows: Int = 1) {
    self.treeCount = treeCount
    self.minimumLeafRows = minimumLeafRows
  }

  /// One tree on all rows and features.
  public static func singleTree(depthLimit: Int? = nil, minimumLeafRows: Int = 1) -> ForestOptions {
    var options = ForestOptions(treeCount: 1, minimumLeafRows: minimumLeafRows)
    options.features = .all
    options.bootstraps = false
    options.depthLimit = depthLimit
    return options
  }

  func featureCount(of count: Int, isClasses: Bool) -> Int {
    let wanted =
      switch features {
      case .automatic: isClasses ? Int(Double(count).squareRoot()) : (count + 2) / 3
      case .all: count
      case .squareRoot: Int(Double(count).squareRoot())
      case .fraction(let part): Int((part * Double(count)).rounded())
      case .count(let wanted): wanted
      }
    return min(max(wanted, 1), count)
  }

  func check(_ featureCount: Int, in place: String) throws(StatsError) {
    var faults: [(Bool, String)] = [
      (treeCount < 1, "treeCount \(treeCount) is below 1"),
      (minimumLeafRows < 1, "minimumLeafRows \(minimumLeafRows) is below 1"),
      (depthLimit.map { $0 < 1 } ?? false, "depthLimit \(depthLimit ?? 0) is below 1"),
      (!(2...255).contains(binLimit), "binLimit \(binLimit) is not in 2...255"),
      (measuresOutOfBag && !bootstraps, "measuresOutOfBag needs bootstraps"),
    ]
    if case .fraction(let part) = features {
      faults.append((!(part > 0 && part <= 1), "the fraction \(part) is not in (0, 1]"))
    }
    if case .count(let count) = features {
      faults.append(
        (
          !(1...featureCount).contains(count),
          "\(count) features for each split are not in 1...\(featureCount)"
        ))
    }
    if let fault = faults.first(where: \.0) {
      throw StatsError(code: .badOption, what: fault.1, place: place)
    }
  }
}
