extension Chart {
  /// What a place along an axis shows: a column, an aggregate of one, or bins of one.
  ///
  ///     .points(x: "distance", y: .mean("air_time"))
  ///     .bars(x: .binned("delay"), y: .count())
  public struct Position: Sendable, Equatable, ExpressibleByStringLiteral {
    package var channel: Channel
    package init(_ channel: Channel) { self.channel = channel }

    /// The values of a column.
    public init(_ column: String) { channel = Channel(.column(column)) }
    /// The values of the column of this name.
    public init(stringLiteral column: String) { self.init(column) }

    /// One place for all marks, in the units of the axis.
    public static func at(_ number: Double) -> Position { Position(Channel(.number(number))) }

    /// How many rows share the other channels' values.
    public static func count() -> Position { Position(Channel(.count)) }
    /// The mean of the values that are not null.
    public static func mean(_ column: String) -> Position { aggregate(.mean, column) }
    /// The median of the values that are not null.
    public static func median(_ column: String) -> Position { aggregate(.median, column) }
    /// The sum of the values that are not null.
    public static func sum(_ column: String) -> Position { aggregate(.sum, column) }
    /// The least value.
    public static func min(_ column: String) -> Position { aggregate(.min, column) }
    /// The greatest value.
    public static func max(_ column: String) -> Position { aggregate(.max, column) }
    /// The standard deviation of a sample.
    public static func standardDeviation(_ column: String) -> Position {
      aggregate(.standardDeviation, column)
    }
    /// How many different values there are.
    public static func distinct(_ column: String) -> Position { aggregate(.distinct, column) }
    /// The value below which a share of the values lies, `0.9` for the 90th percentile.
    public static func quantile(_ column: String, _ share: Double) -> Position {
      aggregate(.quantile(share), column)
    }

    /// Intervals of a round width, at most `maximum`; or of the width `step`.
    public static func binned(
      _ column: String, maximum: Int = 10, step: Double? = nil
    ) -> Position {
      Position(Channel(.column(column), bins: Bins(maximum: maximum, step: step)))
    }
    /// Exactly `bins` equally wide intervals from the least value to the greatest.
    public static func binned(_ column: String, exactly bins: Int) -> Position {
      Position(Channel(.column(column), bins: Bins(maximum: bins, isExact: true)))
    }

    /// The column's different values as categories, numbers and days too.
    public static func category(_ column: String) -> Position {
      var position = Position(column)
      position.channel.isCategory = true
      return position
    }

    private static func aggregate(_ aggregate: Aggregate, _ column: String) -> Position {
      Position(Channel(.column(column), aggregate: aggregate))
    }

    /// The position on such a scale.
    public func scale(_ scale: Scale) -> Position { changed { $0.scale = scale } }
    /// The position with an axis of this look.
    public func axis(_ axis: Axis) -> Position { changed { $0.axis = axis } }
    /// The position with an axis of this title; empty for none.
    public func title(_ title: String) -> Position { changed { $0.title = title } }
    /// The position with its categories in this order.
    public func sorted(_ order: Order) -> Position { changed { $0.order = order } }
    /// The position with bars or areas of one place stacked like this.
    public func stacked(_ stack: Stack) -> Position { changed { $0.stack = stack } }

    private func changed(_ change: (inout Channel) -> Void) -> Position {
      var position = self
      change(&position.channel)
      return position
    }
  }
}
