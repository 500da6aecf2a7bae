/// A running variance or standard deviation (n − 1).
///
/// Mean and squares are updated as values come and go (Welford 1962); once as many have gone as are
/// in the window, both are computed anew in two passes, so that roundings do not add up. NaN and
/// infinities are counted apart.
struct RunningSpread: RunningState {
  private let isRoot: Bool
  private var values: [Double] = []
  private var first = 0
  private var gone = 0
  private var oddCount = 0
  private var mean = 0.0
  private var squares = 0.0
  private(set) var count = 0

  init(isRoot: Bool) { self.isRoot = isRoot }

  let isTooLarge = false

  var value: Double {
    guard oddCount == 0 else { return .nan }
    guard count > 1 else { return 0 }
    let variance = Swift.max(0, squares) / Double(count - 1)
    return isRoot ? variance.squareRoot() : variance
  }

  private var finiteCount: Int { count - oddCount }

  mutating func enter(_ value: Double, at place: Int) {
    count += 1
    values.append(value)
    guard value.isFinite else {
      oddCount += 1
      return
    }
    let step = value - mean
    mean += step / Double(finiteCount)
    squares += step * (value - mean)
  }

  mutating func leave(_ value: Double, at place: Int) {
    count -= 1
    first += 1
    gone += 1
    if value.isFinite {
      if finiteCount > 0 {
        let step = value - mean
        mean -= step / Double(finiteCount)
        squares -= step * (value - mean)
      }
    } else {
      oddCount -= 1
    }
    if gone > count { settle() }
  }

  private mutating func settle() {
    values.removeFirst(first)
    (first, gone) = (0, 0)
    let finite = values.filter(\.isFinite)
    mean = finite.isEmpty ? 0 : finite.reduce(0, +) / Double(finite.count)
    squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}

/// A running quantile: the values in the window in order.
/// - Source: R. J. Hyndman, Y. Fan 1996, The American Statistician 50(4), definition 7.
struct RunningQuantile: RunningState {
  private let share: Double
  private var sorted: [Double] = []
  private var nanCount = 0

  init(share: Double) { self.share = share }

  let isTooLarge = false

  var count: Int { sorted.count + nanCount }

  var value: Double {
    guard nanCount == 0, !sorted.isEmpty else { return .nan }
    let place = Double(sorted.count - 1) * share
    let below = Int(place)
    let part = place - place.rounded(.down)
    guard part > 0 else { return sorted[below] }
    let (low, high) = (sorted[below], sorted[below + 1])
    return low == high ? low : low + (high - low) * part
  }

  mutating func enter(_ value: Double, at place: Int) {
    guard !value.isNaN else {
      nanCount += 1
      return
    }
    sorted.insert(value, at: rank(of: value))
  }

  mutating func leave(_ value: Double, at place: Int) {
    guard !value.isNaN else {
      nanCount -= 1
      return
    }
    sorted.remove(at: rank(of: value))
  }

  /// The first place whose value is not less.
  private func rank(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
