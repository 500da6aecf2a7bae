public import ApusFrame

extension Chart {
  /// The chart with such scales, whatever its layers say.
  public func scales(x: Scale? = nil, y: Scale? = nil, color: Scale? = nil, size: Scale? = nil)
    -> Chart
  {
    changed { chart in
      for (name, scale) in [(ChannelName.x, x), (.y, y), (.color, color), (.size, size)] {
        if let scale { chart.guides.scales[name] = scale }
      }
    }
  }

  /// The chart with axes of this look.
  public func axes(x: Axis? = nil, y: Axis? = nil) -> Chart {
    changed { chart in
      for (name, axis) in [(ChannelName.x, x), (.y, y)] {
        if let axis { chart.guides.axes[name] = axis }
      }
    }
  }

  /// The chart with these words at its axes and legends, such as `Delay (min)`; empty for none.
  public func labels(
    x: String? = nil, y: String? = nil, color: String? = nil, size: String? = nil,
    shape: String? = nil
  ) -> Chart {
    changed { chart in
      let titles = [(ChannelName.x, x), (.y, y), (.color, color), (.size, size), (.shape, shape)]
      for (name, title) in titles {
        if let title { chart.guides.titles[name] = title }
      }
    }
  }

  /// The chart with or without legends.
  public func legend(_ legend: Legend) -> Chart {
    changed { chart in
      for name in [ChannelName.color, .size, .shape, .opacity] {
        chart.guides.legends[name] = legend
      }
    }
  }

  /// The chart with something to do for the reader, where Vega-Lite draws it.
  public func selection(_ selections: Selection...) -> Chart {
    changed { chart in
      for selection in selections where !chart.selections.contains(selection) {
        chart.selections.append(selection)
      }
    }
  }

  /// Tooltips with these columns instead of those that the marks show.
  public func tooltip(_ columns: String...) throws(FrameError) -> Chart {
    var chart = self
    guard let first = columns.first else { return self }
    for place in chart.layers.indices {
      for column in columns {
        _ = try chart.layers[place].frame.schema.place(of: column, in: "tooltip(…)")
      }
      var channel = Channel(.column(first))
      channel.others = Array(columns.dropFirst())
      chart.layers[place].channels[.tooltip] = channel
    }
    return chart
  }
}
