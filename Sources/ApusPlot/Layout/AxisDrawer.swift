/// Draws the axes of a plot, and says how much room they need.
struct AxisDrawer {
  let view: View
  private static let labelLimit = 140.0

  /// Lines across the plot, under the marks.
  func grid() -> [SceneNode] {
    var nodes: [SceneNode] = []
    let paint = Paint(stroke: "#dddddd", role: .grid)
    if let axis = view.xAxis, axis.hasGrid, let scale = view.x {
      for tick in axis.ticks {
        let x = scale.place(tick.value)
        nodes.append(line(x, 0, x, view.height, paint))
      }
    }
    if let axis = view.yAxis, axis.hasGrid, let scale = view.y {
      for tick in axis.ticks {
        let y = scale.place(tick.value)
        nodes.append(line(0, y, view.width, y, paint))
      }
    }
    return nodes
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ paint: Paint)
    -> SceneNode
  {
    .rule(SceneNode.Point(x: x1, y: y1), SceneNode.Point(x: x2, y: y2), paint, hint: nil)
  }

  /// The axes, and how far they reach beyond the plot.
  func axes() -> (nodes: [SceneNode], left: Double, bottom: Double, right: Double) {
    var nodes: [SceneNode] = []
    let paint = Paint(stroke: "#888888", role: .axis)
    var (left, bottom) = (0.0, 0.0)
    if let axis = view.xAxis, let scale = view.x {
      nodes.append(line(0, view.height, view.width, view.height, paint))
      bottom = 6
      if axis.hasLabels {
        bottom = 8 + drawLabelsBelow(axis, scale, paint, &nodes)
      }
      if !axis.title.isEmpty {
        nodes.append(
          .text(
            x: view.width / 2, y: view.height + bottom + 10, fitting(axis.title, view.width),
            TextLook(size: 11, isBold: true, anchor: .center)))
        bottom += 18
      }
    }
    if let axis = view.yAxis, let scale = view.y {
      nodes.append(line(0, 0, 0, view.height, paint))
      left = 6
      if axis.hasLabels {
        var widest = 0.0
        for tick in axis.ticks {
          let y = scale.place(tick.value)
          let text = TextMetrics.shortened(tick.label, size: 10, to: AxisDrawer.labelLimit)
          widest = Swift.max(widest, TextMetrics.width(text, size: 10))
          nodes.append(line(-5, y, 0, y, paint))
          nodes.append(.text(x: -7, y: y, text, TextLook(anchor: .right)))
        }
        left = 9 + widest
      }
      if !axis.title.isEmpty {
        nodes.append(
          .text(
            x: -left - 9, y: view.height / 2, fitting(axis.title, Swift.max(view.height, 120)),
            TextLook(size: 11, isBold: true, anchor: .center, angle: -90)))
        left += 18
      }
    }
    return (nodes, left, bottom, overhang())
  }

  /// How far the last label below the plot reaches to its right.
  private func overhang() -> Double {
    guard let axis = view.xAxis, let scale = view.x, axis.hasLabels else { return 0 }
    return axis.ticks.reduce(0) { reach, tick in
      let width = TextMetrics.width(tick.label, size: 10)
      let half = axis.angle == 0 ? Swift.min(width, 140) / 2 : axis.angle > 0 ? width * 0.7 : 0
      return Swift.max(reach, scale.place(tick.value) + half - view.width)
    }
  }

  private func fitting(_ title: String, _ length: Double) -> String {
    TextMetrics.shortened(title, size: 11, isBold: true, to: Swift.max(length * 1.1, 60))
  }

  /// Draws labels under the plot; the height that they take.
  private func drawLabelsBelow(
    _ axis: AxisPlan, _ scale: PlaceScale, _ paint: Paint, _ nodes: inout [SceneNode]
  ) -> Double {
    var tallest = 10.0
    for tick in axis.ticks {
      let x = scale.place(tick.value)
      nodes.append(line(x, view.height, x, view.height + 5, paint))
      let text = TextMetrics.shortened(tick.label, size: 10, to: axis.angle == 0 ? 140 : 100)
      if axis.angle == 0 {
        nodes.append(.text(x: x, y: view.height + 12, text, TextLook(anchor: .center)))
      } else {
        let width = TextMetrics.width(text, size: 10)
        let isSteep = abs(axis.angle) > 60
        tallest = Swift.max(tallest, width * (isSteep ? 1 : 0.71) + 6)
        nodes.append(
          .text(
            x: x, y: view.height + 9, text,
            TextLook(anchor: axis.angle < 0 ? .right : .left, angle: axis.angle)))
      }
    }
    return tallest
  }
}
