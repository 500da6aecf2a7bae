@_implementationOnly import Glibc

/// The equations of a model of exponential smoothing with additive errors.
struct SmoothingForm {
  let trend: SmoothingTrend
  let season: Composition?
  let period: Int

  /// The smoothing parameters; 0 (1 for the damping) where the form has none.
  struct Weights: Equatable {
    var level = 0.0
    var trend = 0.0
    var seasonal = 0.0
    var damping = 1.0
  }

  /// Level, slope and the parts of the season, the next one first.
  struct State: Equatable {
    var level: Double
    var slope: Double
    var seasonal: [Double]
  }

  /// One-step predictions of the values and the state behind them; `nil` when a number overflows.
  func run(_ values: [Double], _ weights: Weights, from start: State)
    -> (fitted: [Double], end: State)?
  {
    var state = start
    var fitted: [Double] = []
    fitted.reserveCapacity(values.count)
    var place = 0
    for value in values {
      let prediction = step(&state, place: place, weights, value: value)
      guard prediction.isFinite else { return nil }
      fitted.append(prediction)
      place = place + 1 == period ? 0 : place + 1
    }
    // The season is turned so that the part of the next value comes first.
    if season != nil { state.seasonal = (0..<period).map { state.seasonal[(place + $0) % period] } }
    return (fitted, state)
  }

  /// The prediction of the next value, and the state moved on by it.
  ///
  /// `value` is what came, or `nil` for a step without an error.
  @inline(__always)
  func step(_ state: inout State, place: Int, _ weights: Weights, value: Double?) -> Double {
    let slope = weights.damping * state.slope
    let base = state.level + slope
    switch season {
    case nil:
      let error = value.map { $0 - base } ?? 0
      state.level = base + weights.level * error
      state.slope = slope + weights.trend * error
      return base
    case .additive:
      let prediction = base + state.seasonal[place]
      let error = value.map { $0 - prediction } ?? 0
      state.level = base + weights.level * error
      state.slope = slope + weights.trend * error
      state.seasonal[place] += weights.seasonal * error
      return prediction
    case .multiplicative:
      let factor = state.seasonal[place]
      let prediction = base * factor
      let error = value.map { $0 - prediction } ?? 0
      state.level = base + weights.level * error / factor
      state.slope = slope + weights.trend * error / factor
      state.seasonal[place] = factor + weights.seasonal * error / base
      return prediction
    }
  }

  /// Rough states to start a search from: a line through the first values without their season.
  func roughStart(_ values: [Double]) -> State {
    var seasonal: [Double] = []
    var adjusted = values
    if let season {
      let cycles = min(values.count / period, 4)
      let means = (0..<cycles).map { cycle in
        values[(cycle * period)..<((cycle + 1) * period)].reduce(0, +) / Double(period)
      }
      seasonal = (0..<period).map { place in
        let parts = (0..<cycles).map { cycle in
          let value = values[cycle * period + place]
          return season == .additive ? value - means[cycle] : value / means[cycle]
        }
        return parts.reduce(0, +) / Double(cycles)
      }
      adjusted = values.indices.map {
        season == .additive
          ? values[$0] - seasonal[$0 % period] : values[$0] / seasonal[$0 % period]
      }
    }
    let count = min(adjusted.count, max(10, season == nil ? 10 : 2 * period))
    let mean = adjusted[..<count].reduce(0, +) / Double(count)
    guard trend != .none else { return State(level: mean, slope: 0, seasonal: seasonal) }
    let middle = Double(count + 1) / 2
    var (product, square) = (0.0, 0.0)
    for row in 0..<count {
      let time = Double(row + 1) - middle
      product += time * (adjusted[row] - mean)
      square += time * time
    }
    let slope = product / square
    return State(level: mean - slope * middle, slope: slope, seasonal: seasonal)
  }

  /// The factors of one error in the predictions 1, 2, … steps later, in forms without
  /// multiplication.
  func errorWeights(_ weights: Weights, steps: Int) -> [Double] {
    var (sum, power) = (0.0, 1.0)
    return (1..<max(steps, 1)).map { lag in
      power *= weights.damping
      sum += power
      let isSeason = season != nil && lag % period == 0
      return weights.level + weights.trend * sum + (isSeason ? weights.seasonal : 0)
    }
  }
}

/// The trend of exponential smoothing.
public enum SmoothingTrend: String, Sendable, Equatable {
  /// None: simple exponential smoothing.
  case none
  /// A line whose slope changes: Holt's method.
  case additive
  /// A line that levels off.
  case damped
}
