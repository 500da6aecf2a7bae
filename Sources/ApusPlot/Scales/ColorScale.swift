@_implementationOnly import Glibc

/// From a value to a colour.
struct ColorScale: Sendable {
  enum Kind: Sendable, Equatable {
    /// A colour a category.
    case categories([String])
    /// Smoothly through colours at these ascending numbers.
    case smooth(stops: [Double])
    /// Equal intervals from the first to the last number.
    case quantize(low: Double, high: Double)
    /// Intervals between limits.
    case threshold([Double])
  }

  var kind: Kind
  var colors: [String]
  var isLog = false
  var title = ""
  var format: String?

  func color(_ value: Double) -> String {
    guard let last = colors.last, let first = colors.first else { return "#000000" }
    switch kind {
    case .categories: return value.isNaN ? "#999999" : colors[Int(value) % colors.count]
    case .quantize(let low, let high):
      let share = (value - low) / (high - low) * Double(colors.count)
      return colors[Swift.max(0, Swift.min(colors.count - 1, share.isFinite ? Int(share) : 0))]
    case .threshold(let limits):
      return colors[Swift.min(colors.count - 1, limits.filter { $0 <= value }.count)]
    case .smooth(let stops):
      guard let place = stops.indices.dropLast().last(where: { stops[$0] <= value }) else {
        return first
      }
      if value >= stops[stops.count - 1] { return last }
      func even(_ number: Double) -> Double { isLog ? Glibc.log(number) : number }
      let (low, high) = (even(stops[place]), even(stops[place + 1]))
      let share = high > low ? (even(value) - low) / (high - low) : 0
      return ColorScale.mixed(colors[place], colors[place + 1], share)
    }
  }

  static func mixed(_ left: String, _ right: String, _ share: Double) -> String {
    guard let a = parts(left), let b = parts(right) else { return left }
    var result = "#"
    for (from, to) in zip(a, b) {
      let value = Int((from + (to - from) * share).rounded())
      result += (value < 16 ? "0" : "") + String(value, radix: 16)
    }
    return result
  }

  /// Red, green and blue of `#rrggbb`.
  static func parts(_ color: String) -> [Double]? {
    guard color.utf8.count == 7, color.hasPrefix("#"),
      let number = Int(color.dropFirst(), radix: 16)
    else { return nil }
    return [Double(number >> 16), Double(number >> 8 & 255), Double(number & 255)]
  }

  /// `count` colours: those of the scheme, or as many evenly from it.
  static func sampled(_ colors: [String], _ count: Int) -> [String] {
    guard count > 1, colors.count > 1 else { return Array(colors.prefix(Swift.max(count, 1))) }
    return (0..<count).map { number in
      let place = Double(number) / Double(count - 1) * Double(colors.count - 1)
      let low = Swift.min(Int(place), colors.count - 2)
      return mixed(colors[low], colors[low + 1], place - Double(low))
    }
  }
}

/// From a number to a size or an opacity.
struct SizeScale: Sendable {
  var low: Double
  var high: Double
  var start: Double
  var end: Double
  var title = ""
  var format: String?
  var isSqrt = false

  func size(_ value: Double) -> Double {
    func even(_ number: Double) -> Double { isSqrt ? Swift.max(number, 0).squareRoot() : number }
    let share = (even(value) - even(low)) / (even(high) - even(low))
    return start + (end - start) * (share.isFinite ? share : 0.5)
  }
}
