/// What a running computation knows of the rows in its window.
protocol RunningState {
  associatedtype Element: BitwiseCopyable & Sendable
  /// How many values are in the window.
  var count: Int { get }
  var value: Element { get }
  /// Whether the value is beyond what can be told.
  var isTooLarge: Bool { get }
  mutating func enter(_ value: Element, at place: Int)
  mutating func leave(_ value: Element, at place: Int)
  /// Whether what is computed depends on the row's own value: without one there is nothing.
  static var needsOwn: Bool { get }
  /// The value for a row that has this one itself.
  func value(of own: Element) -> Element
}

extension RunningState {
  static var needsOwn: Bool { false }
  @inline(__always)
  func value(of own: Element) -> Element { value }
}

/// The values that may still become the least or the greatest, the present one first.
private struct Candidates<Element: Comparable> {
  private var kept: [(place: Int, value: Element)] = []
  private var first = 0

  var best: Element? { first < kept.count ? kept[first].value : nil }

  mutating func enter(_ value: Element, at place: Int, isBetter: (Element, Element) -> Bool) {
    while kept.count > first, !isBetter(kept[kept.count - 1].value, value) { kept.removeLast() }
    kept.append((place, value))
  }

  mutating func leave(_ place: Int) {
    if first < kept.count, kept[first].place == place { first += 1 }
    if first > 1024 {
      kept.removeFirst(first)
      first = 0
    }
  }
}

/// Running sums, least and greatest of whole numbers; exact.
struct RunningWhole: RunningState {
  private let function: WindowFunction.RunningFunction
  private var sum: Int128 = 0
  private var candidates = Candidates<Int>()
  private(set) var count = 0

  init(_ function: WindowFunction.RunningFunction) { self.function = function }

  var value: Int {
    switch function {
    case .sum, .mean, .count, .product, .variance, .std, .median, .quantile, .skewness, .kurtosis,
      .rank:
      Int(truncatingIfNeeded: sum)
    case .min, .max: candidates.best ?? 0
    }
  }

  var isTooLarge: Bool { function == .sum && Int(exactly: sum) == nil }

  mutating func enter(_ value: Int, at place: Int) {
    count += 1
    switch function {
    case .sum, .mean, .count, .product, .variance, .std, .median, .quantile, .skewness, .kurtosis,
      .rank:
      sum += Int128(value)
    case .min: candidates.enter(value, at: place) { $0 < $1 }
    case .max: candidates.enter(value, at: place) { $0 > $1 }
    }
  }

  mutating func leave(_ value: Int, at place: Int) {
    count -= 1
    switch function {
    case .sum, .mean, .count, .product, .variance, .std, .median, .quantile, .skewness, .kurtosis,
      .rank:
      sum -= Int128(value)
    case .min, .max: candidates.leave(place)
    }
  }
}

/// Running sums, means, least and greatest of floating-point numbers.
///
/// Sums are compensated, values that leave too; NaN and infinities are counted apart, so that they
/// are gone from the sum when they have left the window. Least and greatest pass over NaN.
struct RunningReal: RunningState {
  private let function: WindowFunction.RunningFunction
  private var sum = CompensatedSum()
  private var odd = (nan: 0, up: 0, down: 0)
  /// The values in the window, for a product: what has left cannot be divided out of it.
  private var factors: [Double] = []
  private var firstFactor = 0
  private var hasLeft = false
  private var product = 1.0
  private var candidates = Candidates<Double>()
  private(set) var count = 0

  init(_ function: WindowFunction.RunningFunction) { self.function = function }

  let isTooLarge = false

  private var total: Double {
    if odd.nan > 0 || (odd.up > 0 && odd.down > 0) { return .nan }
    if odd.up > 0 { return .infinity }
    return odd.down > 0 ? -.infinity : sum.value
  }

  var value: Double {
    switch function {
    case .sum, .count, .variance, .std, .median, .quantile, .skewness, .kurtosis, .rank: total
    case .product: firstFactor == 0 && !hasLeft ? product : factors[firstFactor...].reduce(1, *)
    case .mean: total / Double(count)
    case .min, .max: candidates.best ?? .nan
    }
  }

  mutating func enter(_ value: Double, at place: Int) {
    count += 1
    switch function {
    case .sum, .mean, .count, .variance, .std, .median, .quantile, .skewness, .kurtosis, .rank:
      add(value, 1)
    case .product:
      factors.append(value)
      product *= value
    case .min: if !value.isNaN { candidates.enter(value, at: place) { $0 < $1 } }
    case .max: if !value.isNaN { candidates.enter(value, at: place) { $0 > $1 } }
    }
  }

  mutating func leave(_ value: Double, at place: Int) {
    count -= 1
    switch function {
    case .sum, .mean, .count, .variance, .std, .median, .quantile, .skewness, .kurtosis, .rank:
      add(value, -1)
    case .product:
      firstFactor += 1
      hasLeft = true
      if firstFactor > 1024 {
        factors.removeFirst(firstFactor)
        firstFactor = 0
      }
    case .min, .max: candidates.leave(place)
    }
  }

  private mutating func add(_ value: Double, _ sign: Int) {
    if value.isNaN {
      odd.nan += sign
    } else if value.isInfinite {
      if value > 0 { odd.up += sign } else { odd.down += sign }
    } else {
      sum.add(value * Double(sign))
    }
  }
}
