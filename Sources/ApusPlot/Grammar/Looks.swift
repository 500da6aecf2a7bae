extension Chart {
  /// What the colour of marks shows.
  public struct Color: Sendable, Equatable, ExpressibleByStringLiteral {
    package var channel: Channel
    package init(_ channel: Channel) { self.channel = channel }

    /// The values of a column: a hue a category, shades of one scheme for numbers.
    public init(_ column: String) { channel = Channel(.column(column)) }
    /// The values of the column of this name.
    public init(stringLiteral column: String) { self.init(column) }

    /// One CSS colour for all marks.
    public static func value(_ color: String) -> Color { Color(Channel(.text(color))) }
    /// How many rows share the other channels' values.
    public static func count() -> Color { Color(Channel(.count)) }
    /// The mean of a column.
    public static func mean(_ column: String) -> Color {
      Color(Channel(.column(column), aggregate: .mean))
    }
    /// The median of a column.
    public static func median(_ column: String) -> Color {
      Color(Channel(.column(column), aggregate: .median))
    }
    /// The sum of a column.
    public static func sum(_ column: String) -> Color {
      Color(Channel(.column(column), aggregate: .sum))
    }
    /// The column's different values as categories, numbers too.
    public static func category(_ column: String) -> Color {
      var color = Color(column)
      color.channel.isCategory = true
      return color
    }

    /// The colour on such a scale.
    public func scale(_ scale: Scale) -> Color { changed { $0.scale = scale } }
    /// The colour in such a scheme.
    public func scheme(_ scheme: Scheme) -> Color {
      changed { $0.scale = ($0.scale ?? Scale()).scheme(scheme) }
    }
    /// The colour with a legend of this look.
    public func legend(_ legend: Legend) -> Color { changed { $0.legend = legend } }
    /// The colour with a legend of this title.
    public func title(_ title: String) -> Color { changed { $0.title = title } }
    /// The colour with its categories in this order.
    public func sorted(_ order: Order) -> Color { changed { $0.order = order } }

    private func changed(_ change: (inout Channel) -> Void) -> Color {
      var color = self
      change(&color.channel)
      return color
    }
  }

  /// What the size or the opacity of marks shows: numbers.
  public struct Size: Sendable, Equatable, ExpressibleByStringLiteral {
    package var channel: Channel
    package init(_ channel: Channel) { self.channel = channel }

    /// The numbers of a column.
    public init(_ column: String) { channel = Channel(.column(column)) }
    /// The values of the column of this name.
    public init(stringLiteral column: String) { self.init(column) }

    /// One size for all marks: square pixels of points, or an opacity from 0 to 1.
    public static func value(_ number: Double) -> Size { Size(Channel(.number(number))) }
    /// How many rows share the other channels' values.
    public static func count() -> Size { Size(Channel(.count)) }
    /// The mean of a column.
    public static func mean(_ column: String) -> Size {
      Size(Channel(.column(column), aggregate: .mean))
    }
    /// The sum of a column.
    public static func sum(_ column: String) -> Size {
      Size(Channel(.column(column), aggregate: .sum))
    }

    /// The size on such a scale.
    public func scale(_ scale: Scale) -> Size { changed { $0.scale = scale } }
    /// The size with a legend of this look.
    public func legend(_ legend: Legend) -> Size { changed { $0.legend = legend } }
    /// The size with a legend of this title.
    public func title(_ title: String) -> Size { changed { $0.title = title } }

    private func changed(_ change: (inout Channel) -> Void) -> Size {
      var size = self
      change(&size.channel)
      return size
    }
  }

  /// What the form of points shows: categories, at most eight.
  public struct Shape: Sendable, Equatable, ExpressibleByStringLiteral {
    package var channel: Channel

    /// The categories of a column.
    public init(_ column: String) { channel = Channel(.column(column)) }
    /// The values of the column of this name.
    public init(stringLiteral column: String) { self.init(column) }

    /// The shape with a legend of this look.
    public func legend(_ legend: Legend) -> Shape {
      var shape = self
      shape.channel.legend = legend
      return shape
    }
  }

  /// What text marks say.
  public struct Text: Sendable, Equatable, ExpressibleByStringLiteral {
    package var channel: Channel

    /// The values of a column; numbers in a format of d3, such as `,.1f` or `.0%`.
    public init(_ column: String, format: String? = nil) {
      channel = Channel(.column(column))
      channel.format = format
    }
    /// The values of the column of this name.
    public init(stringLiteral column: String) { self.init(column) }

    /// How many rows there are.
    public static func count() -> Text {
      var text = Text("")
      text.channel = Channel(.count)
      return text
    }
    /// The mean of a column.
    public static func mean(_ column: String, format: String? = nil) -> Text {
      var text = Text(column, format: format)
      text.channel.aggregate = .mean
      return text
    }
    /// The same text for all marks.
    public static func value(_ words: String) -> Text {
      var text = Text("")
      text.channel = Channel(.text(words))
      return text
    }
  }
}
