// The room ApusPlot: charts of frames, as Vega-Lite 5 and as SVG that stands alone. Pure and
// deterministic: the same frame gives the same text.
//
//   Grammar/    what is drawn: marks, the columns they show, scales, axes, facets; the public face
//   Resolve/    grammar → rows, domains and sizes: everything that a picture needs, computed once
//   Scales/     from values to places and colours; ticks and their texts
//   Layout/     from the resolved chart to a scene: marks, axes and legends at their places
//   VegaLite/   resolved chart → JSON for frontends that draw it
//   SVG/        scene → picture for all others

public import ApusFrame

/// A chart of a frame's columns: one or more layers of marks on common axes, or several charts
/// beside each other. A value: every method gives a changed copy.
///
///     try Chart(frame).points(x: "distance", y: "air_time", color: "carrier").title("Time")
public struct Chart: Sendable {
  /// The frame of the marks that are added next.
  package var frame: DataFrame
  /// The layers, the first at the bottom.
  package var layers: [Layer] = []
  /// Charts beside each other; such a chart has no layers of its own.
  package var children: [Chart] = []
  /// How `children` lie.
  package var arrangement = Arrangement.across
  package var facet: Facet?
  package var heading = Heading()
  /// The size of the plot itself, without axes and legends; nil leaves it to the data.
  package var width: Double?
  package var height: Double?
  /// What is said of the axes and legends of the whole chart, over what its layers say.
  package var guides = Guides()
  package var selections: [Selection] = []

  /// A chart of `frame`; `bars`, `lines`, `points` and the other marks say of what.
  public init(_ frame: DataFrame) { self.frame = frame }

  /// Marks of one kind, and the channels that place and colour them.
  package struct Layer: Sendable {
    package var frame: DataFrame
    package var mark: Mark
    package var style: Style
    package var channels: [ChannelName: Channel]
  }

  /// The lines of text above and below a chart.
  package struct Heading: Sendable, Equatable {
    package var title: String?
    package var subtitle: String?
    package var caption: String?
  }

  /// How charts lie beside each other.
  package enum Arrangement: Sendable, Equatable {
    case across
    case down
    case grid(columns: Int)
  }

  /// The columns by which a chart is divided into small ones.
  package struct Facet: Sendable, Equatable {
    package var rows: String?
    package var columns: String?
    /// With one column of `columns`: how many small charts stand side by side.
    package var wrap: Int?
    package var sharesX = true
    package var sharesY = true
  }

  /// Scales, axes and legends of the whole chart.
  package struct Guides: Sendable {
    package var scales: [ChannelName: Scale] = [:]
    package var axes: [ChannelName: Axis] = [:]
    package var legends: [ChannelName: Legend] = [:]
    package var titles: [ChannelName: String] = [:]
  }
}

extension Chart {
  /// The chart with a title.
  public func title(_ text: String) -> Chart { changed { $0.heading.title = text } }

  /// The chart with a smaller line below its title.
  public func subtitle(_ text: String) -> Chart { changed { $0.heading.subtitle = text } }

  /// The chart with a note, such as `stands for 1,000,000 rows`.
  public func caption(_ text: String) -> Chart { changed { $0.heading.caption = text } }

  /// The chart with a plot of this size in pixels, axes and legends not counted; nil leaves it to
  /// the data.
  public func size(width: Double? = nil, height: Double? = nil) -> Chart {
    changed {
      $0.width = width ?? $0.width
      $0.height = height ?? $0.height
    }
  }

  /// A copy that `change` has worked on.
  package func changed(_ change: (inout Chart) -> Void) -> Chart {
    var chart = self
    change(&chart)
    return chart
  }
}
