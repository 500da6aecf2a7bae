internal import ApusFrame

/// From a value to a place along an axis.
struct Scale {
  let low: Double
  let high: Double
  /// Where `low` and `high` lie in the picture.
  let start: Double
  let end: Double

  /// The place of a value. Halves keep a span of the greatest numbers finite.
  func place(_ value: Double) -> Double {
    let share = (value / 2 - low / 2) / (high / 2 - low / 2)
    // Ends that differ by less than floating point can halve leave no room for a share.
    return start + (end - start) * (share.isFinite ? share : 0.5)
  }
}

/// A mark of an axis.
struct Tick: Equatable {
  let value: Double
  let label: String
}

/// Ends and marks of an axis of numbers: steps of 1, 2 or 5 times a power of ten.
struct NumberAxis {
  let low: Double
  let high: Double
  let ticks: [Tick]

  /// An axis that holds `values`, and 0 when `includesZero`; `isWhole` keeps its marks to whole
  /// numbers.
  init(_ values: [Double], includesZero: Bool, isWhole: Bool = false, wanting count: Int = 6) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if includesZero { (low, high) = (Swift.min(low, 0), Swift.max(high, 0)) }
    if low == high {
      let room = low == 0 ? 1 : abs(low) / 2
      (low, high) = (includesZero && low == 0 ? 0 : low - room, high + room)
      let limit = Double.greatestFiniteMagnitude
      (low, high) = (Swift.max(low, -limit), Swift.min(high, limit))
    }
    let span = (high / Double(count)) - (low / Double(count))
    let step = NumberAxis.niceStep(isWhole ? Swift.max(span, 1) : span)
    let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
    guard first.isFinite, last.isFinite, last - first <= 100, abs(first) < 1e15, abs(last) < 1e15
    else {
      // Numbers too large, or too close to each other, for round steps.
      self.low = low
      self.high = high
      ticks = [low, high].map { Tick(value: $0, label: $0.description) }
      return
    }
    self.low = first * step
    self.high = last * step
    let decimals = NumberAxis.decimals(of: step)
    ticks = (Int(first)...Int(last)).map { number in
      let value = Double(number) * step
      return Tick(value: value, label: NumberAxis.label(value, decimals))
    }
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
  private static func niceStep(_ step: Double) -> Double {
    guard step.isFinite else { return .greatestFiniteMagnitude }
    var power = 1.0
    // Divided rather than multiplied by fractions, so that powers stay exact.
    while power * 10 <= step { power *= 10 }
    var divisor = 1.0
    while power / divisor > step, divisor < 1e300 { divisor *= 10 }
    for factor in [1.0, 2, 5, 10] where factor * power / divisor >= step {
      return factor * power / divisor
    }
    return 10 * power / divisor
  }

  private static func decimals(of step: Double) -> Int {
    var (decimals, scale) = (0, 1.0)
    while decimals < 12, (step * scale).rounded() < 1 || step * scale != (step * scale).rounded() {
      decimals += 1
      scale *= 10
    }
    return decimals
  }

  private static func label(_ value: Double, _ decimals: Int) -> String {
    let magnitude = abs(value)
    guard value == 0 || (magnitude < 1e9 && magnitude >= 1e-6) else { return value.description }
    var scale = 1
    for _ in 0..<Swift.min(decimals, 9) { scale *= 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard scale > 1 else { return sign + grouped(scaled) }
    let part = String(scaled % scale)
    let zeros = String(repeating: "0", count: Swift.min(decimals, 9) - part.count)
    return sign + grouped(scaled / scale) + "." + zeros + part
  }

  /// Digits in threes, as in 12,500; up to four stay together, as years do.
  private static func grouped(_ value: Int) -> String {
    guard value >= 10_000 else { return String(value) }
    let digits = Array(String(value))
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }
}

/// Marks of an axis of days: days, or first days of months or years, at most about eight.
struct DayAxis {
  let low: Double
  let high: Double
  let ticks: [Tick]

  init(_ values: [Double]) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if low == high { (low, high) = (low - 1, high + 1) }
    self.low = low
    self.high = high
    let span = high - low
    if span <= 14 {
      let step = span <= 7 ? 1.0 : 2.0
      ticks = stride(from: low, through: high, by: step).map {
        Tick(value: $0, label: DayAxis.day($0).description)
      }
    } else {
      ticks = DayAxis.monthTicks(low, high)
    }
  }

  private static func monthTicks(_ low: Double, _ high: Double) -> [Tick] {
    let months = (high - low) / 30.44
    let step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12_000, 60_000].first {
      months / Double($0) <= 8
    }
    guard months >= 2 else { return weekTicks(low, high) }
    guard let step else {
      return [low, high].map { Tick(value: $0, label: day($0).description) }
    }
    let first = day(low).components
    var month = first.year * 12 + first.month - 1
    if first.day > 1 { month += 1 }
    month += (step - month % step) % step
    var ticks: [Tick] = []
    while let day = CivilDate(year: month / 12, month: month % 12 + 1, day: 1),
      Double(day.daysSinceEpoch) <= high
    {
      let label = step >= 12 ? String(day.year) : String(day.description.dropLast(3))
      ticks.append(Tick(value: Double(day.daysSinceEpoch), label: label))
      month += step
    }
    return ticks
  }

  private static func day(_ number: Double) -> CivilDate {
    CivilDate(daysSinceEpoch: Int32(clamping: Int(number)))
  }

  private static func weekTicks(_ low: Double, _ high: Double) -> [Tick] {
    stride(from: low, through: high, by: 14).map {
      Tick(value: $0, label: DayAxis.day($0).description)
    }
  }
}
