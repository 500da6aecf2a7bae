internal import ApusFrame

@_implementationOnly import Glibc

/// A loss with its first guess and, for each row, slope and curvature at a raw prediction.
enum BoostingLoss: Sendable, Equatable {
  case squared
  case poisson
  case logistic
  case multinomial(Int)

  /// How many trees a round grows.
  var width: Int { if case .multinomial(let count) = self { count } else { 1 } }

  /// What every row starts from: the best constant.
  func start(_ target: [Double]) -> [Double] {
    let mean = target.reduce(0, +) / Double(target.count)
    switch self {
    case .squared: return [mean]
    case .poisson: return [log(max(mean, 1e-300))]
    case .logistic: return [log(mean / (1 - mean))]
    case .multinomial(let count):
      var counts = [Double](repeating: 0, count: count)
      for code in target { counts[Int(code)] += 1 }
      let logs = counts.map { log(max($0, 1e-9) / Double(target.count)) }
      let centre = logs.reduce(0, +) / Double(count)
      return logs.map { $0 - centre }
    }
  }

  /// The loss of a row, without what does not depend on the prediction.
  func value(_ raw: UnsafePointer<Double>, stride: Int, _ target: Double) -> Double {
    switch self {
    case .squared:
      let error = raw[0] - target
      return error * error / 2
    case .poisson: return exp(raw[0]) - target * raw[0]
    case .logistic:
      return (raw[0] > 0 ? raw[0] + log1p(exp(-raw[0])) : log1p(exp(raw[0]))) - target * raw[0]
    case .multinomial(let count):
      var top = raw[0]
      for place in 1..<count { top = max(top, raw[place &* stride]) }
      var sum = 0.0
      for place in 0..<count { sum += exp(raw[place &* stride] - top) }
      return top + log(sum) - raw[Int(target) &* stride]
    }
  }

  /// Writes slopes and curvatures of rows for tree `tree` of a round; gives the largest of each.
  func slopes(
    _ rows: Range<Int>, tree: Int, raw: UnsafePointer<Double>, rowCount: Int,
    target: UnsafePointer<Double>, slopes: UnsafeMutablePointer<Float>,
    curvatures: UnsafeMutablePointer<Float>
  ) -> (slope: Float, curvature: Float) {
    var top: (slope: Float, curvature: Float) = (0, 0)
    switch self {
    case .squared:
      for row in rows {
        let slope = Float(raw[row] - target[row])
        slopes[row] = slope
        top.slope = max(top.slope, abs(slope))
      }
      top.curvature = 1
    case .poisson:
      for row in rows {
        let rate = exp(raw[row])
        let slope = Float(rate - target[row])
        slopes[row] = slope
        curvatures[row] = Float(rate)
        top.slope = max(top.slope, abs(slope))
        top.curvature = max(top.curvature, Float(rate))
      }
    case .logistic:
      for row in rows {
        let chance = Float(1 / (1 + exp(-raw[row])))
        let slope = chance - Float(target[row])
        let curvature = chance * (1 - chance)
        slopes[row] = slope
        curvatures[row] = curvature
        top.slope = max(top.slope, abs(slope))
        top.curvature = max(top.curvature, curvature)
      }
    case .multinomial(let count):
      for row in rows {
        var highest = raw[row]
        for place in 1..<count { highest = max(highest, raw[place &* rowCount &+ row]) }
        var sum = 0.0
        for place in 0..<count { sum += exp(raw[place &* rowCount &+ row] - highest) }
        let chance = Float(exp(raw[tree &* rowCount &+ row] - highest) / sum)
        let slope = chance - (Int(target[row]) == tree ? 1 : 0)
        let curvature = chance * (1 - chance)
        slopes[row] = slope
        curvatures[row] = curvature
        top.slope = max(top.slope, abs(slope))
        top.curvature = max(top.curvature, curvature)
      }
    }
    return top
  }

  /// Raw predictions of a row turned into a number or into chances of classes, in place.
  func finish(_ raw: inout [Double]) {
    switch self {
    case .squared: break
    case .poisson: raw[0] = exp(raw[0])
    case .logistic: raw[0] = 1 / (1 + exp(-raw[0]))
    case .multinomial:
      let top = raw.max() ?? 0
      var sum = 0.0
      for place in raw.indices {
        raw[place] = exp(raw[place] - top)
        sum += raw[place]
      }
      for place in raw.indices { raw[place] /= sum }
    }
  }
}
