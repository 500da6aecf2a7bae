internal import ApusFrame

extension Chart {
  /// What stands for a row, as far as the first drawing knows marks.
  enum SimpleMark: Sendable, Equatable {
    case bars, lines, points
    case intervals(end: String)
  }

  /// The last layer as far as the first drawing knows it.
  struct SimpleLayer: Sendable {
    let mark: SimpleMark
    let x: String
    let y: String
    let color: String?
  }

  /// The frame of the last layer.
  var simpleFrame: DataFrame { layers.last?.frame ?? frame }

  var simpleLayer: SimpleLayer? {
    guard let layer = layers.last, let x = layer.channels[.x]?.column,
      let y = layer.channels[.y]?.column
    else { return nil }
    let color = layer.channels[.color]?.column
    let mark: SimpleMark? =
      switch layer.mark {
      case .bar: layer.channels[.x2]?.column.map { .intervals(end: $0) } ?? .bars
      case .line: .lines
      case .point: .points
      default: nil
      }
    return mark.map { SimpleLayer(mark: $0, x: x, y: y, color: color) }
  }
}
