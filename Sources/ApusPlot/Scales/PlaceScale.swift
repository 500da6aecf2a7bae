@_implementationOnly import Glibc

/// From a value to a place along an axis.
struct PlaceScale: Sendable {
  enum Kind: Sendable, Equatable {
    case linear
    case log(base: Double)
    case symlog(constant: Double)
    case sqrt
    case time
    /// Categories with gaps: shares of the step inside and at the ends.
    case band(inner: Double, outer: Double)
    /// Categories as the numbers 0, 1, 2, … of a line, for marks between them.
    case slots
  }

  var kind: Kind
  var low: Double
  var high: Double
  var categories: [String] = []
  /// Where the domain starts and ends in the picture.
  var start: Double
  var end: Double
  /// Whether numbers are whole.
  var isWhole = false

  var isCategory: Bool {
    switch kind {
    case .band, .slots: true
    case .linear, .log, .symlog, .sqrt, .time: false
    }
  }

  private var isBand: Bool { if case .band = kind { true } else { false } }

  /// The width of a category's band.
  var bandwidth: Double {
    switch kind {
    case .band(let inner, let outer):
      let step = abs(end - start) / Swift.max(1, Double(categories.count) - inner + 2 * outer)
      return step * (1 - inner)
    case .slots: return 0.9 * abs(end - start) / Double(Swift.max(categories.count, 1))
    case .linear, .log, .symlog, .sqrt, .time: return 0
    }
  }

  /// The distance of two categories.
  var step: Double {
    switch kind {
    case .band(let inner, let outer):
      abs(end - start) / Swift.max(1, Double(categories.count) - inner + 2 * outer)
    case .slots: abs(end - start) / Double(Swift.max(categories.count, 1))
    case .linear, .log, .symlog, .sqrt, .time: 0
    }
  }

  /// The place of a value; of a category, of its middle.
  func place(_ value: Double) -> Double {
    if case .band(let inner, let outer) = kind {
      // As d3 lays them out: what the last gap leaves over is halved to both ends.
      let count = Double(categories.count)
      let step = step
      let first = (abs(end - start) - step * (count - inner)) / 2
      _ = outer
      let middle = first + step * value + bandwidth / 2
      return end >= start ? start + middle : start - middle
    }
    let (a, b, v) = (scaled(low), scaled(high), scaled(value))
    // Halves keep a span of the greatest numbers finite.
    let share = (v / 2 - a / 2) / (b / 2 - a / 2)
    // Ends that differ by less than floating point can halve leave no room for a share.
    return start + (end - start) * (share.isFinite ? share : 0.5)
  }

  /// A value on the line on which the scale is even.
  private func scaled(_ value: Double) -> Double {
    switch kind {
    case .log: Glibc.log(value)
    case .symlog(let constant): (value < 0 ? -1 : 1) * log1p(abs(value / constant))
    case .sqrt: value < 0 ? -(-value).squareRoot() : value.squareRoot()
    case .linear, .time, .band, .slots: value
    }
  }
}
