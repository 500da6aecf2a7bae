/// A running skewness or excess kurtosis, of a sample (G1, G2 of Joanes and Gill 1998).
///
/// Sums of powers of deviations are updated as values come and go; once as many have gone as are in
/// the window, they are computed anew, so that roundings do not add up. NaN and infinities are counted
/// apart.
/// - Source: P. Pébay 2008, Formulas for robust, one-pass parallel computation of covariances and
///   arbitrary-order statistical moments, Sandia report SAND2008-6212.
struct RunningMoments: RunningState {
  private let isKurtosis: Bool
  private var values: [Double] = []
  private var first = 0
  private var gone = 0
  private var oddCount = 0
  private var mean = 0.0
  private var second = 0.0
  private var third = 0.0
  private var fourth = 0.0
  private(set) var count = 0

  init(isKurtosis: Bool) { self.isKurtosis = isKurtosis }

  let isTooLarge = false

  var value: Double {
    let n = Double(count)
    guard oddCount == 0, count > (isKurtosis ? 3 : 2) else { return .nan }
    // What is left of equal values after updates is no spread.
    let variance = second / n
    guard variance > 1e-14 * mean * mean, variance > 0 else { return .nan }
    if isKurtosis {
      let excess = fourth / n / (variance * variance) - 3
      return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    }
    let skewness = third / n / (variance * variance.squareRoot())
    return (n * (n - 1)).squareRoot() / (n - 2) * skewness
  }

  mutating func enter(_ value: Double, at place: Int) {
    count += 1
    values.append(value)
    if value.isFinite { add(value, finite: count - oddCount) } else { oddCount += 1 }
  }

  mutating func leave(_ value: Double, at place: Int) {
    if value.isFinite { remove(value, finite: count - oddCount) } else { oddCount -= 1 }
    count -= 1
    first += 1
    gone += 1
    if gone > count { settle() }
  }

  private mutating func add(_ value: Double, finite: Int) {
    let n = Double(finite)
    let delta = value - mean
    let part = delta / n
    let term = delta * part * (n - 1)
    fourth +=
      term * part * part * (n * n - 3 * n + 3) + 6 * part * part * second - 4 * part * third
    third += term * part * (n - 2) - 3 * part * second
    second += term
    mean += part
  }

  private mutating func remove(_ value: Double, finite: Int) {
    guard finite > 1 else {
      (mean, second, third, fourth) = (0, 0, 0, 0)
      return
    }
    let n = Double(finite)
    let before = (n * mean - value) / (n - 1)
    let delta = value - before
    let part = delta / n
    let term = delta * part * (n - 1)
    mean = before
    second -= term
    third -= term * part * (n - 2) - 3 * part * second
    fourth -=
      term * part * part * (n * n - 3 * n + 3) + 6 * part * part * second - 4 * part * third
  }

  private mutating func settle() {
    values.removeFirst(first)
    (first, gone) = (0, 0)
    (mean, second, third, fourth) = (0, 0, 0, 0)
    var finite = 0
    for value in values where value.isFinite {
      finite += 1
      add(value, finite: finite)
    }
  }
}

/// The rank of the row's own value among those in its window, equal ones sharing the mean of their
/// places; NaN counts as the greatest number.
struct RunningRank: RunningState {
  private var sorted: [Double] = []

  static let needsOwn = true
  let isTooLarge = false
  let value = 0.0
  var count: Int { sorted.count }

  func value(of own: Double) -> Double {
    Double(place(of: own, isBehind: false) + place(of: own, isBehind: true) + 1) / 2
  }

  mutating func enter(_ value: Double, at place: Int) {
    sorted.insert(value, at: self.place(of: value, isBehind: false))
  }

  mutating func leave(_ value: Double, at place: Int) {
    sorted.remove(at: self.place(of: value, isBehind: false))
  }

  /// The first place whose value is not less, or is greater.
  private func place(of value: Double, isBehind: Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      let other = sorted[middle]
      let isLess = other.isNaN ? false : value.isNaN || other < value
      let isSame = other == value || other.isNaN && value.isNaN
      if isLess || isBehind && isSame { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
