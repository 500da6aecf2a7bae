@_implementationOnly import Glibc

/// What a fit needs to know of the data to start.
public struct SampleSummary: Sendable {
  /// How many values.
  public let count: Int
  /// The mean.
  public let mean: Double
  /// The standard deviation, with the count as the divisor.
  public let sd: Double
  /// The third standardised moment.
  public let skewness: Double
  /// The fourth standardised moment less 3.
  public let kurtosis: Double
  /// The values in order.
  public let sorted: [Double]

  /// The summary of finite values.
  init(_ data: [Double], family: String, parameters: Int) throws(StatsError) {
    let place = "\(family).fit(…)"
    if let index = data.firstIndex(where: { !$0.isFinite }) {
      throw StatsError(
        code: .badValue, what: "the value at index \(index) is \(data[index])", place: place,
        mend: "leave out what is missing or infinite first")
    }
    guard data.count > parameters else {
      throw StatsError(
        code: .tooFewRows,
        what: "\(data.count) values are too few for \(parameters) parameters", place: place,
        mend: "give more values than the family has parameters")
    }
    let count = Double(data.count)
    let mean = compensatedSum(data) / count
    let moment = { (power: Int) -> Double in
      compensatedSum(data.map { pow($0 - mean, Double(power)) }) / count
    }
    let variance = moment(2)
    sorted = data.sorted()
    if parameters > 1 && sorted.first == sorted.last {
      throw StatsError(
        code: .badValue, what: "all \(data.count) values are equal", place: place,
        mend: "a spread needs values that differ")
    }
    (self.count, self.mean, sd) = (data.count, mean, variance.squareRoot())
    skewness = variance > 0 ? moment(3) / pow(variance, 1.5) : 0
    kurtosis = variance > 0 ? moment(4) / (variance * variance) - 3 : 0
  }

  /// The quantile of a probability, between the order statistics.
  func quantile(_ p: Double) -> Double {
    let place = p * Double(count - 1)
    let index = Swift.min(Int(place), count - 2)
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  /// The mean of a function of the values.
  func mean(of function: (Double) -> Double) -> Double {
    compensatedSum(sorted.map(function)) / Double(count)
  }
}
