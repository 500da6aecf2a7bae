extension Chart {
  /// How values become places, colours or sizes. What is not said follows from the data.
  public struct Scale: Sendable, Equatable {
    /// The kinds of scale.
    package enum Kind: Sendable, Equatable {
      case linear
      case log(base: Double)
      /// Linear around 0, logarithmic beyond `constant`.
      case symlog(constant: Double)
      case sqrt
      case time
      case ordinal
      case band
      /// So many equal intervals, each of one colour.
      case quantize(count: Int)
      /// Intervals between these numbers.
      case threshold([Double])
    }

    /// The ends, or the categories, of a scale.
    package enum Domain: Sendable, Equatable {
      case numbers(low: Double, high: Double)
      case values([String])
    }

    package var kind: Kind?
    package var domain: Domain?
    package var range: (low: Double, high: Double)? {
      get { rangeEnds.count == 2 ? (rangeEnds[0], rangeEnds[1]) : nil }
      set { rangeEnds = newValue.map { [$0.low, $0.high] } ?? [] }
    }
    private var rangeEnds: [Double] = []
    package var scheme: Scheme?
    package var includesZero: Bool?
    package var isNice: Bool?
    package var isReversed = false
    /// The middle of a diverging scale of colours.
    package var middle: Double?

    /// The scale that fits the data.
    public init() {}

    private init(_ kind: Kind) { self.kind = kind }

    /// Equal steps for equal differences.
    public static let linear = Scale(.linear)
    /// Equal steps for equal ratios, in decades; numbers above 0 only.
    public static let log = Scale(.log(base: 10))
    /// Equal steps for equal ratios, in powers of `base`; numbers above 0 only.
    public static func log(base: Double) -> Scale { Scale(.log(base: base)) }
    /// Linear around 0 and logarithmic far from it; any numbers.
    public static let symlog = Scale(.symlog(constant: 1))
    /// Linear up to about `constant`, logarithmic beyond.
    public static func symlog(constant: Double) -> Scale { Scale(.symlog(constant: constant)) }
    /// The square root; numbers from 0.
    public static let sqrt = Scale(.sqrt)
    /// Days and times.
    public static let time = Scale(.time)
    /// Categories.
    public static let ordinal = Scale(.ordinal)
    /// `count` equal intervals, each of one colour.
    public static func quantize(_ count: Int) -> Scale { Scale(.quantize(count: count)) }
    /// A colour below, between and above these ascending numbers.
    public static func threshold(_ limits: [Double]) -> Scale { Scale(.threshold(limits)) }

    /// The scale from `low` to `high`, whatever the data are; marks beyond are cut off.
    public func domain(_ low: Double, _ high: Double) -> Scale {
      changed { $0.domain = .numbers(low: low, high: high) }
    }
    /// The scale of these categories, in this order.
    public func domain(_ values: [String]) -> Scale { changed { $0.domain = .values(values) } }
    /// The scale to sizes or opacities from `low` to `high`.
    public func range(_ low: Double, _ high: Double) -> Scale {
      changed { $0.range = (low, high) }
    }
    /// The scale to colours of such a scheme.
    public func scheme(_ scheme: Scheme) -> Scale { changed { $0.scheme = scheme } }
    /// The scale with 0 in it, or without it where the data do not reach it.
    public func zero(_ includesZero: Bool) -> Scale {
      changed { $0.includesZero = includesZero }
    }
    /// The scale with round numbers at its ends, or with those of the data.
    public func nice(_ isNice: Bool) -> Scale { changed { $0.isNice = isNice } }
    /// The scale the other way round.
    public func reversed(_ isReversed: Bool = true) -> Scale {
      changed { $0.isReversed = isReversed }
    }
    /// The scale of colours that diverge from `middle`.
    public func diverging(from middle: Double) -> Scale { changed { $0.middle = middle } }

    private func changed(_ change: (inout Scale) -> Void) -> Scale {
      var scale = self
      change(&scale)
      return scale
    }
  }

  /// Colours in an order. The ready ones can be told apart by colour-blind readers.
  public struct Scheme: Sendable, Equatable {
    /// The colours, as `#rrggbb`; scales of numbers go smoothly through them.
    package var colors: [String]

    /// A scheme of one's own: colours as `#rrggbb`.
    public init(_ colors: [String]) { self.colors = colors }
  }
}
