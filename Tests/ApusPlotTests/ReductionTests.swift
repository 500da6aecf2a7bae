import ApusFrame
import ApusPlot
import Foundation
import Testing

/// Numbers that scipy, statsmodels and scikit-learn made, by Fixtures/oracle/make_plots.py.
struct PlotOracle: Decodable {
  struct Tree: Decodable {
    var merges: [[Double]]
    var leaves: [Int]
  }

  var first, box: [Double]
  var silverman, auc, pearson: Double
  var density, probit: [[Double]]
  var acf: [Double]
  var linkage: [String: Tree]

  static func load() throws -> PlotOracle {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/plots.json")
    return try JSONDecoder().decode(PlotOracle.self, from: Data(contentsOf: path))
  }

  /// The sample that the script makes too.
  static func sample(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      (0..<4).reduce(0.0) { total, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return total + Double(state >> 11) / 9_007_199_254_740_992
      }
    }
  }
}

func numbers(_ values: [Double?]) throws -> FiniteNumbers {
  try DataFrame(["x": AnyColumn(values)]).finiteNumbers("x", in: "test")
}

func isClose(_ a: Double, _ b: Double, rtol: Double = 1e-12, atol: Double = 0) -> Bool {
  abs(a - b) <= atol + rtol * Swift.max(abs(a), abs(b))
}

@Suite("Numbers behind plots")
struct ReductionTests {
  private let oracle: PlotOracle
  private let a = PlotOracle.sample(2000, seed: 1)
  private let b = PlotOracle.sample(2000, seed: 2).map { $0 + 0.5 }

  init() throws { oracle = try PlotOracle.load() }

  @Test("the sample is that of the script")
  func sample() { #expect(Array(a[..<3]) == oracle.first) }

  @Test("finite numbers are told from nulls, NaN and infinities, in more rows than one task takes")
  func finite() throws {
    var values = [Double?](repeating: 1, count: 70_000)
    values[3] = nil
    values[4] = .nan
    values[69_999] = -.infinity
    values[69_998] = -7
    let found = try numbers(values)
    #expect(found.tally == RowTally(total: 70_000, drawn: 69_997))
    #expect(found.tally.note == "69,997 rows; 3 without a number left out")
    #expect(found.extent == -7...1)
    #expect(found.sorted().first == -7 && found.sorted().count == 69_997)
    #expect(try numbers([nil, .nan]).extent == nil)
  }

  @Test("numbers are sorted by their bits as they are by comparison")
  func sorting() {
    var values =
      a.map { $0 - 2 } + [
        0, -0.0, 1e308, -1e308, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1, 1,
      ]
    let wanted = values.sorted()
    values.withUnsafeMutableBufferPointer { NumberSort.sort($0) }
    #expect(values == wanted)
  }

  @Test(
    "round bins end where Vega's do",
    arguments: [
      (0.0, 100.0, 30, 0.0, 100.0, 20), (-3.7, 12.2, 40, -4, 12.5, 33),
      (0.001, 0.0174, 10, 0, 0.018, 9), (1e6, 1.00001e6, 20, 1e6, 1.00001e6, 20),
      (32.1, 59.6, 30, 32, 60, 28), (2700, 6300, 30, 2600, 6400, 19), (-1, 1, 7, -1, 1, 4),
    ])
  func roundBins(low: Double, high: Double, limit: Int, first: Double, last: Double, count: Int) {
    let bins = Bins(upTo: limit, over: low...high)
    #expect(bins.edges.first == first && bins.edges.last == last && bins.count == count)
  }

  @Test("every finite number is in one bin, also at the ends of the range of numbers")
  func counts() throws {
    let greatest = Double.greatestFiniteMagnitude
    for values in [
      a, [0, 1, 1, 2], [5], [-greatest, 0, greatest], [1e17, 1e17], [0.1, 0.2, 0.3],
      [.leastNonzeroMagnitude, 0], [1, 1.0000000000000002],
    ] {
      let found = try numbers(values + [nil, .nan, .infinity])
      for bins in [Bins(upTo: 10, over: found.extent), Bins(exactly: 10, over: found.extent)] {
        let counts = try BinCounts(found, in: bins)
        #expect(counts.counts.reduce(0, +) == values.count)
        for (place, count) in counts.counts.enumerated() {
          let isLast = place == bins.count - 1
          let inside = values.count {
            $0 >= bins.edges[place]
              && (isLast ? $0 <= bins.edges[place + 1] : $0 < bins.edges[place + 1])
          }
          #expect(inside == count)
        }
      }
    }
  }

  @Test("rectangles count the rows that have both numbers")
  func rectangles() throws {
    let (x, y) = (try numbers(a + [nil, 1]), try numbers(b + [1, .nan]))
    let found = try BinCounts2D(
      x: x, y: y, in: Bins(upTo: 12, over: x.extent), Bins(upTo: 8, over: y.extent))
    #expect(found.tally == RowTally(total: 2002, drawn: 2000))
    let place = 3 * found.x.count + 5
    let inside = zip(a, b).count {
      $0 >= found.x.edges[5] && $0 < found.x.edges[6] && $1 >= found.y.edges[3]
        && $1 < found.y.edges[4]
    }
    #expect(found.counts[place] == inside)
  }

  @Test("a box has the quartiles, whiskers and outliers of numpy")
  func box() throws {
    let skewed = a[..<500].map { Foundation.exp(2 * $0) }.sorted()
    let box = BoxSummary(sorted: skewed)
    let found = [
      box.lowerWhisker, box.lowerQuartile, box.median, box.upperQuartile, box.upperWhisker,
      Double(box.outlierCount),
    ]
    #expect(zip(found, oracle.box).allSatisfy { isClose($0, $1) })
    let capped = BoxSummary(sorted: skewed, outlierLimit: 10)
    #expect(capped.outliers.count == 10 && capped.outliers.last == skewed.last)
    #expect(capped.outlierCount == box.outlierCount)
    #expect(BoxSummary(sorted: [7]).outliers.isEmpty)
  }

  @Test("grouped numbers are those of each label")
  func grouped() throws {
    let labels = a.indices.map { $0 % 7 == 6 ? nil : "g\($0 % 7 % 3)" }
    let frame = try DataFrame(["x": AnyColumn(a.map(Optional.some)), "g": AnyColumn(labels)])
    let categories = Categories(frame.columns[1])
    #expect(categories.labels == ["g0", "g1", "g2"])
    let found = try GroupedNumbers(frame.finiteNumbers("x", in: "test"), by: categories)
    let wanted = a.indices.filter { labels[$0] == "g1" }.map { a[$0] }.sorted()
    #expect(Array(found.numbers[found.ranges[1]]) == wanted)
    #expect(found.tally.drawn == labels.count { $0 != nil })
  }

  @Test("the most frequent labels stay and the others become one, which says how many they are")
  func top() throws {
    let frame = try DataFrame([
      "s": ["a", "b", "c", "b", "d", nil, "c", "b"], "n": [3, 1, 2, 1, 1, 3, nil, 1],
    ])
    let top = Categories(frame.columns[0]).top(2)
    #expect(top.labels == ["b", "c", "2 others"] && top.counts == [3, 2, 2])
    #expect(Categories(frame.columns[1]).labels == ["1", "2", "3"])
    #expect(Categories(frame.columns[1]).top(3).counts == [4, 1, 2])
  }

  @Test("a density is scipy's")
  func density() throws {
    let found = try #require(DensityCurve(sorted: a.sorted()))
    #expect(isClose(found.bandwidth, oracle.silverman))
    let height = oracle.density.map { $0[1] }.max() ?? 0
    for pair in oracle.density {
      let step = found.points[1] - found.points[0]
      let place = (pair[0] - found.points[0]) / step
      guard place >= 0, place < Double(found.points.count - 1) else { continue }
      let index = Int(place)
      let part = place - Double(index)
      let value = found.densities[index] * (1 - part) + found.densities[index + 1] * part
      #expect(isClose(value, pair[1], rtol: 0, atol: height / 1000))
    }
    #expect(DensityCurve(sorted: [1, 1]) == nil && DensityCurve(sorted: []) == nil)
  }

  @Test("a distribution curve ends at 1 and passes over few rows")
  func distribution() {
    let whole = DistributionCurve(sorted: [1, 2, 2, 4])
    #expect(whole.points == [1, 2, 4] && whole.shares == [0.25, 0.75, 1])
    let thinned = DistributionCurve(sorted: a.sorted(), limit: 100)
    #expect(thinned.shares.last == 1 && thinned.points.count <= 102)
    #expect(zip(thinned.shares, thinned.shares.dropFirst()).allSatisfy { $1 - $0 <= 0.0101 })
  }

  @Test("quantiles of the normal distribution are scipy's")
  func probit() {
    for pair in oracle.probit {
      #expect(isClose(NormalQuantiles.quantile(pair[0]), pair[1], rtol: 1e-14, atol: 1e-16))
    }
    let found = NormalQuantiles(sorted: a.sorted(), limit: 100)
    #expect(found.sample.first == a.min() && found.sample.last == a.max())
  }

  @Test("the area under a curve of scores with ties is scikit-learn's")
  func area() {
    let rounded = { (x: Double) in (x * 100).rounded(.toNearestOrEven) / 100 }
    let found = OperatingCurve(
      positives: b.map(rounded).sorted(), negatives: a.map(rounded).sorted())
    #expect(isClose(found.area, oracle.auc))
    #expect(found.truePositiveRates.last == 1 && found.falsePositiveRates.first == 0)
    let perfect = OperatingCurve(positives: [2, 3], negatives: [0, 1])
    #expect(perfect.area == 1)
    #expect(perfect.falsePositiveRates == [0, 0, 1] && perfect.truePositiveRates == [0, 1, 1])
  }

  @Test("autocorrelations are those of statsmodels")
  func acf() throws {
    let mean = a[..<300].reduce(0, +) / 300
    var sum = 0.0
    let series = a[..<300].map { number -> Double in
      sum += number - mean
      return sum
    }
    let found = try #require(AutocorrelationBars(series, lags: 12))
    #expect(zip(found.values, oracle.acf).allSatisfy { isClose($0, $1, rtol: 1e-9) })
    #expect(found.values.count == 13 && AutocorrelationBars([2, 2, 2], lags: 3) == nil)
  }

  @Test("correlations are numpy's, over the rows that have both")
  func correlations() throws {
    let skewed = a[..<500].map { Foundation.exp(2 * $0) }
    let grid = try CorrelationGrid([
      numbers(Array(a[..<500]) + [nil, 3]), numbers(skewed + [5, nil]),
      numbers([Double?](repeating: 1, count: 502)),
    ])
    #expect(isClose(grid.values[0][1] ?? 0, oracle.pearson))
    #expect(grid.values[0][0] == 1 && grid.values[2][2] == nil && grid.values[2][1] == nil)
  }

  @Test("clusters are those of scipy", arguments: Linkage.allCases)
  func clusters(linkage: Linkage) throws {
    let wanted = try #require(oracle.linkage[linkage.rawValue])
    let found = Clustering((0..<40).map { [a[$0], b[$0]] }, linkage: linkage)
    for (merge, row) in zip(found.merges, wanted.merges) {
      #expect([merge.left, merge.right, merge.size] == [row[0], row[1], row[3]].map { Int($0) })
      #expect(isClose(merge.height, row[2], rtol: 1e-10))
    }
    #expect(found.order == wanted.leaves)
    #expect(Clustering([[1]], linkage: linkage).order == [0])
  }

  @Test("a thinned line keeps what is lowest and highest in each strip, and both ends")
  func thinning() throws {
    let count = 50_000
    let ys = (0..<count).map { Foundation.sin(Double($0) / 300) + ($0 == 31_007 ? 9 : 0) }
    let xs = (0..<count).map { Double(count - $0) }
    let thinned = try LineThinning(x: numbers(xs), y: numbers(ys), columns: 100)
    #expect(thinned.rows.count <= 400 && thinned.rows.contains(31_007))
    #expect(thinned.rows.first == count - 1 && thinned.rows.last == 0)
    #expect(thinned.tally.drawn == count)
    let short = try LineThinning(x: numbers([3, 1, nil, 2]), y: numbers([1, 2, 3, .nan]))
    #expect(short.rows == [1, 0])
  }
}
