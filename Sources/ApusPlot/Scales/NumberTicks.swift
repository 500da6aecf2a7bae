@_implementationOnly import Glibc

/// The round numbers between two others, as d3-array's `ticks`, `tickIncrement` and `nice` choose
/// them: steps of 1, 2 or 5 times a power of ten.
enum NumberTicks {
  /// The first and last multiple, and the step; a negative step is the inverse of one, so that
  /// multiples of 0.1 are quotients by 10.
  private static func spec(_ start: Double, _ stop: Double, _ count: Double)
    -> (first: Double, last: Double, step: Double)
  {
    let step = (stop - start) / Swift.max(0, count)
    let power = log10(step).rounded(.down)
    let error = step / pow(10, power)
    let factor: Double =
      error >= 50.0.squareRoot()
      ? 10 : error >= 10.0.squareRoot() ? 5 : error >= 2.0.squareRoot() ? 2 : 1
    var first: Double
    var last: Double
    var increment: Double
    if power < 0 {
      increment = pow(10, -power) / factor
      first = (start * increment).rounded(.toNearestOrAwayFromZero)
      last = (stop * increment).rounded(.toNearestOrAwayFromZero)
      if first / increment < start { first += 1 }
      if last / increment > stop { last -= 1 }
      increment = -increment
    } else {
      increment = pow(10, power) * factor
      first = (start / increment).rounded(.toNearestOrAwayFromZero)
      last = (stop / increment).rounded(.toNearestOrAwayFromZero)
      if first * increment < start { first += 1 }
      if last * increment > stop { last -= 1 }
    }
    if last < first, count >= 0.5, count < 2 { return spec(start, stop, count * 2) }
    return (first, last, increment)
  }

  /// The ticks from `start` to `stop`, about `count`; none where no step can be told.
  static func ticks(_ start: Double, _ stop: Double, _ count: Int) -> [Double] {
    guard count > 0, start.isFinite, stop.isFinite else { return [] }
    if start == stop { return [start] }
    let isReversed = stop < start
    let (low, high) = isReversed ? (stop, start) : (start, stop)
    guard (high - low).isFinite else { return [low, 0, high] }
    let (first, last, step) = spec(low, high, Double(count))
    guard first.isFinite, last.isFinite, step.isFinite, step != 0, last >= first,
      last - first <= 1000
    else { return [] }
    let ticks = (0...Int(last - first)).map { number in
      step < 0 ? (first + Double(number)) / -step : (first + Double(number)) * step
    }
    return isReversed ? ticks.reversed() : ticks
  }

  /// The distance of the ticks.
  static func step(_ start: Double, _ stop: Double, _ count: Int) -> Double {
    let increment = increment(start, stop, count)
    return increment < 0 ? 1 / -increment : increment
  }

  private static func increment(_ start: Double, _ stop: Double, _ count: Int) -> Double {
    let (low, high) = (Swift.min(start, stop), Swift.max(start, stop))
    return spec(low, high, Double(count)).step
  }

  /// The ends moved outwards to round numbers.
  static func nice(_ start: Double, _ stop: Double, _ count: Int = 10) -> (Double, Double) {
    guard start.isFinite, stop.isFinite, start < stop, (stop - start).isFinite else {
      return (start, stop)
    }
    var (low, high) = (start, stop)
    var previous = 0.0
    for _ in 0..<10 {
      let step = increment(low, high, count)
      guard step != previous, step.isFinite, step != 0 else { break }
      if step > 0 {
        low = (low / step).rounded(.down) * step
        high = (high / step).rounded(.up) * step
      } else {
        low = (low * step).rounded(.up) / step
        high = (high * step).rounded(.down) / step
      }
      previous = step
    }
    return low.isFinite && high.isFinite ? (low, high) : (start, stop)
  }

  /// How many decimals tell the multiples of `step` apart.
  static func decimals(of step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    return Swift.max(0, -NumberFormat.exponent(step))
  }

  /// Powers of `base` between `low` and `high`, with their 2- and 5-fold where few.
  static func log(_ low: Double, _ high: Double, base: Double, count: Int) -> [Double] {
    guard low > 0, high > low, base > 1 else { return low > 0 ? [low] : [] }
    let first = Int((Glibc.log(low) / Glibc.log(base)).rounded(.down)) - 1
    let last = Int((Glibc.log(high) / Glibc.log(base)).rounded(.up)) + 1
    let decades = last - first - 2
    if base == 10, decades <= 1 {
      let plain = ticks(low, high, count)
      if decades < 1 || Glibc.log10(high / low) < 0.5 { return plain }
    }
    let factors: [Double] = base == 10 && decades <= 3 ? [1, 2, 5] : [1]
    let stride = Swift.max(1, (decades + count - 1) / Swift.max(count, 1))
    var result: [Double] = []
    for power in first...last where power % stride == 0 {
      for factor in factors {
        // A negative power is a quotient, so that 0.001 is itself.
        let value =
          power < 0 ? factor / pow(base, Double(-power)) : factor * pow(base, Double(power))
        if value >= low, value <= high, value.isFinite { result.append(value) }
      }
    }
    return result
  }

  /// The powers of `base` at or around two numbers.
  static func powers(_ low: Double, _ high: Double, base: Double) -> (Double, Double) {
    let first = (Glibc.log(low) / Glibc.log(base) + 1e-9).rounded(.down)
    let last = (Glibc.log(high) / Glibc.log(base) - 1e-9).rounded(.up)
    func power(_ exponent: Double) -> Double {
      exponent < 0 ? 1 / pow(base, -exponent) : pow(base, exponent)
    }
    let (start, end) = (Swift.min(power(first), low), Swift.max(power(last), high))
    return (start > 0 ? start : low, end.isFinite ? end : high)
  }
}
