/// Puts plots, their axes, legends and titles into one picture.
struct SceneBuilder {
  /// A piece of a picture: drawn from its own origin, with the room it needs to all sides.
  private struct Piece {
    var nodes: [SceneNode]
    var width: Double
    var height: Double
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  static func scene(_ tree: PlotTree, description: String) -> Scene {
    let piece = SceneBuilder().piece(tree, isInner: false)
    let margin = 8.0
    let (x, y) = ((piece.left + margin).rounded(.up), (piece.top + margin).rounded(.up))
    let heading: Chart.Heading =
      switch tree {
      case .view(let view): view.heading
      case .grid(let grid): grid.heading
      }
    return Scene(
      width: (x + piece.width + piece.right + margin).rounded(.up),
      height: (y + piece.height + piece.bottom + margin).rounded(.up),
      nodes: [.group(x: x, y: y, name: "chart", clip: nil, piece.nodes)],
      title: heading.title ?? "Chart", description: description)
  }

  private func piece(_ tree: PlotTree, isInner: Bool) -> Piece {
    switch tree {
    case .view(let view): return titled(plot(view, hasLegend: !isInner), view.heading)
    case .grid(let grid): return titled(self.grid(grid), grid.heading)
    }
  }

  private func plot(_ view: View, hasLegend: Bool) -> Piece {
    let axes = AxisDrawer(view: view)
    let (guides, left, bottom, right) = axes.axes()
    let marks = view.layers.map { layer in
      SceneNode.group(
        x: 0, y: 0, name: layer.kind.rawValue,
        clip: view.isClipped ? (view.width, view.height) : nil,
        MarkDrawer(view: view, layer: layer).nodes())
    }
    // Lines across go under the marks, the axes over them.
    var nodes = axes.grid() + marks + guides
    if view.layers.isEmpty {
      nodes.append(
        .text(
          x: view.width / 2, y: view.height / 2, "no marks",
          TextLook(anchor: .center, isFaint: true)))
    } else if view.layers.allSatisfy({ $0.count == 0 }) {
      nodes.append(
        .text(
          x: view.width / 2, y: view.height / 2, "no rows to show",
          TextLook(anchor: .center, isFaint: true)))
    }
    var piece = Piece(
      nodes: nodes, width: view.width, height: view.height, left: left, right: Swift.max(6, right),
      top: 6,
      bottom: bottom)
    if let label = view.label, !label.isEmpty {
      let text = TextMetrics.shortened(label, size: 11, to: view.width + 10)
      piece.nodes.append(
        .text(x: view.width / 2, y: -10, text, TextLook(size: 11, anchor: .center)))
      piece.top = 20
    }
    if hasLegend { addLegend(LegendPlanner(view: view).plans(), &piece) }
    return piece
  }

  private func addLegend(_ plans: [LegendPlan], _ piece: inout Piece) {
    let (nodes, width, height) = LegendDrawer(plans: plans).draw()
    guard !nodes.isEmpty else { return }
    piece.nodes.append(
      .group(
        x: piece.width + piece.right + 12, y: 0, name: "legend", clip: nil, nodes))
    piece.right += 12 + width
    piece.bottom = Swift.max(piece.bottom, height - piece.height)
  }

  private func grid(_ grid: PlotTree.Grid) -> Piece {
    let cells = grid.cells.map { piece($0, isInner: grid.sharesLegends) }
    let columns = Swift.max(grid.columns, 1)
    let rowCount = (cells.count + columns - 1) / columns
    func most(_ members: [Piece], _ value: (Piece) -> Double) -> Double {
      members.map(value).max() ?? 0
    }
    var nodes: [SceneNode] = []
    let gap = 12.0
    var lefts: [Double] = []
    var x = 0.0
    let columnMembers = (0..<columns).map { column in
      cells.indices.filter { $0 % columns == column }.map { cells[$0] }
    }
    for (column, members) in columnMembers.enumerated() {
      if column > 0 { x += gap + most(members, \.left) }
      lefts.append(x)
      x += most(members, \.width) + most(members, \.right)
    }
    var y = 0.0
    var bottomRoom = 0.0
    for row in 0..<rowCount {
      let members = Array(cells[(row * columns)..<Swift.min((row + 1) * columns, cells.count)])
      if row > 0 { y += gap + most(members, \.top) }
      for (column, cell) in members.enumerated() {
        nodes.append(.group(x: lefts[column], y: y, name: "plot", clip: nil, cell.nodes))
      }
      y += most(members, \.height)
      bottomRoom = most(members, \.bottom)
      if row < rowCount - 1 { y += bottomRoom }
    }
    let lastRight = columnMembers.last.map { most($0, \.right) } ?? 0
    var result = Piece(
      nodes: nodes, width: x - lastRight, height: y,
      left: columnMembers.first.map { most($0, \.left) } ?? 0, right: lastRight,
      top: most(Array(cells.prefix(columns)), \.top), bottom: bottomRoom)
    if grid.sharesLegends, case .view(let view)? = grid.cells.first {
      addLegend(LegendPlanner(view: view).plans(), &result)
    }
    return result
  }

  /// The lines above: title, then smaller the subtitle and the caption.
  private func titled(_ piece: Piece, _ heading: Chart.Heading) -> Piece {
    var piece = piece
    var y = -piece.top
    var lines: [(String, TextLook, Double)] = []
    if let title = heading.title {
      lines.append((title, TextLook(size: 13, isBold: true, isMiddle: false), 17))
    }
    for text in [heading.subtitle, heading.caption].compactMap({ $0 }) {
      lines.append((text, TextLook(size: 11, isMiddle: false, isFaint: true), 15))
    }
    guard !lines.isEmpty else { return piece }
    y -= 6
    for (text, look, height) in lines.reversed() {
      // A title may be wider than the plot; then it makes the picture wider.
      piece.right = Swift.max(
        piece.right,
        TextMetrics.width(text, size: look.size, isBold: look.isBold) - piece.width)
      piece.nodes.append(.text(x: 0, y: y, text, look))
      y -= height
    }
    piece.top = -y
    return piece
  }
}
