extension Chart {
  /// The channels by which a mark shows data.
  package enum ChannelName: String, Sendable, Hashable, CaseIterable {
    case x, y, x2, y2, theta, color, size, shape, opacity, text, detail, order, tooltip

    /// Whether it is a place along an axis.
    package var isPosition: Bool { self == .x || self == .y || self == .x2 || self == .y2 }
  }

  /// What a channel shows, and how. The public types ``Position``, ``Color``, ``Size``, ``Shape`` and
  /// ``Text`` are its doors: each offers what makes sense for it.
  package struct Channel: Sendable, Equatable {
    /// Where values come from.
    package enum Source: Sendable, Equatable {
      case column(String)
      case number(Double)
      case text(String)
      /// The number of rows.
      case count
    }

    package var source: Source
    package var aggregate: Aggregate?
    package var bins: Bins?
    /// Reads numbers as categories.
    package var isCategory = false
    package var scale: Scale?
    package var axis: Axis?
    package var legend: Legend?
    package var title: String?
    package var stack: Stack?
    package var order: Order?
    package var format: String?
    /// More columns, for tooltips.
    package var others: [String] = []

    package init(_ source: Source, aggregate: Aggregate? = nil, bins: Bins? = nil) {
      self.source = source
      self.aggregate = aggregate
      self.bins = bins
    }

    /// The column that it reads.
    package var column: String? {
      if case .column(let name) = source { name } else { nil }
    }

    /// Whether it has one value for a group of rows.
    package var isAggregated: Bool { aggregate != nil || source == .count }
  }

  /// One number of many.
  package enum Aggregate: Sendable, Equatable {
    case mean, median, sum, min, max, standardDeviation, distinct
    case quantile(Double)
  }

  /// Intervals of numbers.
  package struct Bins: Sendable, Equatable {
    /// At most so many, of a round width.
    package var maximum = 10
    /// This width, whatever their number.
    package var step: Double?
    /// Exactly `maximum`, from the least to the greatest value.
    package var isExact = false
  }

  /// Whether bars and areas of one place stand on each other.
  public enum Stack: String, Sendable {
    /// On each other, from 0.
    case zero
    /// On each other, as shares of 1.
    case normalize
    /// On each other, around the middle.
    case center
    /// Over each other.
    case none
  }

  /// The order of categories.
  public enum Order: Sendable, Equatable {
    /// By value: text in the order of its code points, numbers by size.
    case ascending
    case descending
    /// As the rows of the frame have them first.
    case rows
    /// These first, in this order.
    case values([String])
    /// By the greatest number of the other axis last, or first.
    case ascendingOther
    case descendingOther
  }
}
