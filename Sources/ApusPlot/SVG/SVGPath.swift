@_implementationOnly import Glibc

/// The paths of symbols, curves and slices.
enum SVGPath {
  private static func at(_ x: Double, _ y: Double) -> String {
    "\(PlotNumber.coordinate(x)),\(PlotNumber.coordinate(y))"
  }

  private static func polygon(_ points: [(Double, Double)]) -> String {
    "M" + points.map { at($0.0, $0.1) }.joined(separator: "L") + "Z"
  }

  /// A symbol of such an area as Vega draws it: within the square of that area.
  static func symbol(_ symbol: Chart.Symbol, _ x: Double, _ y: Double, _ area: Double) -> String {
    let side = area.squareRoot()
    let half = side / 2
    // Triangles of equal sides, as high as wide ones allow.
    let rise = side * 3.0.squareRoot() / 2 / 2
    switch symbol {
    case .circle, .square:
      return polygon([
        (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half),
      ])
    case .cross:
      let (s, t) = (half, side / 5)
      let corners = [
        (-s, -t), (-s, t), (-t, t), (-t, s), (t, s), (t, t), (s, t), (s, -t), (t, -t), (t, -s),
        (-t, -s), (-t, -t),
      ]
      return polygon(corners.map { (x + $0.0, y + $0.1) })
    case .diamond:
      return polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)])
    case .triangleUp:
      return polygon([(x, y - rise), (x - half, y + rise), (x + half, y + rise)])
    case .triangleDown:
      return polygon([(x, y + rise), (x - half, y - rise), (x + half, y - rise)])
    case .triangleRight:
      return polygon([(x + rise, y), (x - rise, y - half), (x - rise, y + half)])
    case .triangleLeft:
      return polygon([(x - rise, y), (x + rise, y - half), (x + rise, y + half)])
    }
  }

  /// A line through points, closed along `baseline` for an area.
  static func curve(
    _ points: [SceneNode.Point], _ baseline: [SceneNode.Point]?,
    _ interpolation: Chart.Interpolation, isSideways: Bool
  ) -> String {
    guard !points.isEmpty else { return "" }
    var path = "M" + run(points, interpolation, isSideways)
    if let baseline {
      let reversed: Chart.Interpolation =
        switch interpolation {
        case .stepAfter: .stepBefore
        case .stepBefore: .stepAfter
        case .linear, .monotone, .step: interpolation
        }
      path += "L" + run(baseline.reversed(), reversed, isSideways) + "Z"
    }
    return path
  }

  private static func run(
    _ points: [SceneNode.Point], _ interpolation: Chart.Interpolation, _ isSideways: Bool
  ) -> String {
    guard let first = points.first else { return "" }
    var path = at(first.x, first.y)
    if interpolation == .monotone, points.count > 2 { return path + monotone(points) }
    for (from, to) in zip(points, points.dropFirst()) {
      switch interpolation {
      case .linear, .monotone: break
      case .step:
        let middle = (from.x + to.x) / 2
        path += "L\(at(middle, from.y))L\(at(middle, to.y))"
      case .stepBefore: path += "L\(at(from.x, to.y))"
      case .stepAfter: path += "L\(at(to.x, from.y))"
      }
      path += "L\(at(to.x, to.y))"
    }
    return path
  }

  /// Cubic curves that do not overshoot (Steffen, 1990), as d3's `curveMonotoneX`.
  private static func monotone(_ points: [SceneNode.Point]) -> String {
    let count = points.count
    func slope(_ a: Int) -> Double {
      let run = points[a + 1].x - points[a].x
      return run == 0 ? 0 : (points[a + 1].y - points[a].y) / run
    }
    var tangents = [Double](repeating: 0, count: count)
    for place in 1..<(count - 1) {
      let (h0, h1) = (
        points[place].x - points[place - 1].x, points[place + 1].x - points[place].x
      )
      let (s0, s1) = (slope(place - 1), slope(place))
      let p = h0 + h1 == 0 ? 0 : (s0 * h1 + s1 * h0) / (h0 + h1)
      let sign = (s0 < 0 ? -1.0 : 1) + (s1 < 0 ? -1 : 1)
      tangents[place] = sign * Swift.min(abs(s0), abs(s1), 0.5 * abs(p))
    }
    tangents[0] = (3 * slope(0) - tangents[1]) / 2
    tangents[count - 1] = (3 * slope(count - 2) - tangents[count - 2]) / 2
    var path = ""
    for (place, (from, to)) in zip(points, points.dropFirst()).enumerated() {
      let third = (to.x - from.x) / 3
      path +=
        "C" + at(from.x + third, from.y + third * tangents[place]) + " "
        + at(to.x - third, to.y - third * tangents[place + 1]) + " " + at(to.x, to.y)
    }
    return path
  }

  /// A slice from one angle to another, clockwise from the top.
  static func arc(
    _ x: Double, _ y: Double, _ inner: Double, _ outer: Double, _ from: Double, _ to: Double
  ) -> String {
    func point(_ radius: Double, _ angle: Double) -> String {
      at(x + radius * sin(angle), y - radius * cos(angle))
    }
    let turn = to - from
    guard turn > 0 else { return "M\(at(x, y))Z" }
    let radius = PlotNumber.coordinate(outer)
    // A whole turn has no direction; two halves have.
    let middle = from + turn / 2
    var path = "M\(point(outer, from))"
    path += "A\(radius),\(radius) 0 0 1 \(point(outer, middle))"
    path += "A\(radius),\(radius) 0 0 1 \(point(outer, to))"
    guard inner > 0 else { return path + "L\(at(x, y))Z" }
    let small = PlotNumber.coordinate(inner)
    path += "L\(point(inner, to))A\(small),\(small) 0 0 0 \(point(inner, middle))"
    return path + "A\(small),\(small) 0 0 0 \(point(inner, from))Z"
  }
}
