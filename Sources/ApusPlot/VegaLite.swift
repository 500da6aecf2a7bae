internal import ApusFrame
public import OrderedJSON

extension Chart {
  /// The chart as a specification of Vega-Lite 5, its data in it; MIME type
  /// `application/vnd.vegalite.v5+json`.
  public var vegaLite: JSON {
    var spec: JSONObject = [
      "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": 480, "height": 300,
    ]
    if let heading = heading.title { spec["title"] = .string(heading) }
    guard let layer = simpleLayer else {
      spec["data"] = ["values": []]
      spec["mark"] = "point"
      return .object(spec)
    }
    let data = PlotData(layer, of: simpleFrame)
    spec["data"] = ["values": .array(data.rows.map { values(of: $0.source, layer) })]
    spec["mark"] = layer.mark.vegaLite
    spec["encoding"] = encoding(layer, data)
    return .object(spec)
  }

  private func values(of row: Int, _ layer: SimpleLayer) -> JSON {
    var object = JSONObject()
    for name in layer.columnNames {
      guard let place = simpleFrame.schema.index(of: name) else { continue }
      object[name] = json(simpleFrame.columns[place].scalar(at: row))
    }
    return .object(object)
  }

  private func json(_ scalar: Scalar) -> JSON {
    switch scalar {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .number(value)
    // JSON knows no NaN; it can stand only in a column of colours.
    case .double(let value): value.isFinite ? .number(value) : .string(value.description)
    case .string(let value): .string(value)
    case .date(let value): .string(value.description)
    case .datetime(let value): .string("\(value.date)T\(value.time)")
    case .unsigned(let value): .number(Double(value))
    case .decimal(let value): .number(value.double)
    case .binary, .time, .duration, .uuid, .list, .struct: .string(PlotData.text(of: scalar))
    }
  }

  private func encoding(_ layer: SimpleLayer, _ data: PlotData) -> JSON {
    var x = channel(layer.x, data.xKind)
    if let xLabel = guides.titles[.x] { x["title"] = .string(xLabel) }
    // Whole numbers get whole marks, and years no comma.
    if data.isWhole, data.xKind == .quantitative { x["axis"] = ["format": "d", "tickMinStep": 1] }
    var channels = JSONObject()
    if case .intervals(let end) = layer.mark {
      x["bin"] = ["binned": true]
      channels["x"] = x
      channels["x2"] = ["field": .string(Chart.field(end))]
    } else {
      channels["x"] = x
    }
    channels["y"] = channel(layer.y, .quantitative)
    if layer.mark == .points {
      // A cloud of points far from 0 would shrink to a spot.
      if data.xKind == .quantitative { channels["x"]?["scale"] = ["zero": false] }
      channels["y"]?["scale"] = ["zero": false]
    }
    if let color = layer.color {
      var channel = channel(color, .discrete(data.series))
      channel["scale"] = [
        "range": .array(data.series.indices.map { .string(Palette.color($0)) })
      ]
      channels["color"] = channel
    }
    return .object(channels)
  }

  private func channel(_ column: String, _ kind: AxisKind) -> JSON {
    var channel: JSONObject = ["field": .string(Chart.field(column))]
    switch kind {
    case .quantitative: channel["type"] = "quantitative"
    case .temporal: channel["type"] = "temporal"
    case .discrete:
      channel["type"] = "nominal"
      if simpleFrame.schema[column].map({ $0.isNumeric || $0 == .date }) == true {
        channel["type"] = "ordinal"
      } else {
        // The order of the rows, not of the alphabet.
        channel["sort"] = .some(.null)
      }
    }
    channel["title"] = .string(column)
    return .object(channel)
  }

  /// A column's name as Vega-Lite's `field`, in which points and brackets lead into objects.
  static func field(_ name: String) -> String {
    var result = ""
    for character in name {
      if ".[]\\'\"".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}

extension Chart.SimpleLayer {
  /// The columns that the chart shows, each once.
  var columnNames: [String] {
    var names = [x, y]
    if case .intervals(let end) = mark { names.append(end) }
    if let color { names.append(color) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

extension Chart.SimpleMark {
  fileprivate var vegaLite: JSON {
    switch self {
    case .bars, .intervals: ["type": "bar", "tooltip": true]
    case .lines: ["type": "line", "tooltip": true]
    case .points: ["type": "point", "filled": true, "opacity": 0.7, "tooltip": true]
    }
  }
}

/// The colours of series: the ten of Vega's and D3's `tableau10`.
enum Palette {
  private static let colors = [
    "#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#ff9da6",
    "#9d755d", "#bab0ac",
  ]

  /// The colour of a series; after the last the first comes again.
  static func color(_ series: Int) -> String { colors[series % colors.count] }
}
