@_implementationOnly import Glibc

/// Cox's partial likelihood over rows in the order of strata and falling times.
struct PartialLikelihood {
  private let times: [Double]
  private let events: [Bool]
  private let groups: [Int32]
  private let ties: Cox.Ties
  /// The rows less the means, row by row, in order.
  private var rows: [Double]
  private let p: Int
  let centers: [Double]

  init(times: [Double], events: [Bool], x: Matrix, groups: [Int32], ties: Cox.Ties) {
    let order = times.indices.sorted { one, other in
      groups[one] != groups[other] ? groups[one] < groups[other] : times[one] > times[other]
    }
    p = x.columnCount
    let n = Double(x.rowCount)
    let centers = (0..<x.columnCount).map { x.column($0).reduce(0, +) / n }
    self.centers = centers
    rows = order.flatMap { row in (0..<x.columnCount).map { x[row, $0] - centers[$0] } }
    self.times = order.map { times[$0] }
    self.events = order.map { events[$0] }
    self.groups = order.map { groups[$0] }
    self.ties = ties
  }

  /// Refuses columns that are constant or depend on each other.
  mutating func checkColumns(_ names: [String], place: String) throws(StatsError) {
    let n = times.count
    var columns = Matrix(rowCount: n, columnCount: p)
    for row in 0..<n { for column in 0..<p { columns[row, column] = rows[row * p + column] } }
    for column in 0..<p {
      let values = columns.column(column)
      let size = max(Swift.abs(centers[column]), 1e-300)
      if values.allSatisfy({ Swift.abs($0) <= 1e-13 * size }) {
        throw StatsError(
          code: .singular, what: "the column \"\(names[column])\" is constant", place: place,
          mend: "leave it out: the baseline hazard stands for it")
      }
    }
    let all = try HouseholderTriangle.triangle(
      columns, Array(repeating: 0, count: n), weights: nil)
    var r = Matrix(rowCount: p, columnCount: p)
    for column in 0..<p { for row in 0...column { r[row, column] = all[row, column] } }
    try LinearSolution.checkRank(Triangle(r), names: names, place: place)
  }

  /// The logarithm of the likelihood, its gradient and the information.
  private func parts(_ b: [Double]) -> (value: Double, gradient: [Double], information: Matrix) {
    var value = 0.0
    var gradient = [Double](repeating: 0, count: p)
    var information = Matrix(rowCount: p, columnCount: p)
    var (s0, s1) = (0.0, gradient)
    var s2 = [Double](repeating: 0, count: p * p)
    var place = 0
    while place < times.count {
      if place == 0 || groups[place] != groups[place - 1] {
        s0 = 0
        s1 = Array(repeating: 0, count: p)
        s2 = Array(repeating: 0, count: p * p)
      }
      let (time, group) = (times[place], groups[place])
      var deaths = 0.0
      var (d0, d1) = (0.0, [Double](repeating: 0, count: p))
      var d2 = [Double](repeating: 0, count: p * p)
      while place < times.count, times[place] == time, groups[place] == group {
        let base = place * p
        var eta = 0.0
        for i in 0..<p { eta += b[i] * rows[base + i] }
        let risk = Glibc.exp(eta)
        s0 += risk
        for i in 0..<p {
          let part = risk * rows[base + i]
          s1[i] += part
          for j in 0...i { s2[i * p + j] += part * rows[base + j] }
        }
        if events[place] {
          deaths += 1
          value += eta
          d0 += risk
          for i in 0..<p {
            gradient[i] += rows[base + i]
            let part = risk * rows[base + i]
            d1[i] += part
            for j in 0...i { d2[i * p + j] += part * rows[base + j] }
          }
        }
        place += 1
      }
      for step in 0..<Int(deaths) {
        let share = ties == .efron ? Double(step) / deaths : 0
        let sum = s0 - share * d0
        value -= Glibc.log(sum)
        for i in 0..<p {
          let mean = (s1[i] - share * d1[i]) / sum
          gradient[i] -= mean
          for j in 0...i {
            information[i, j] +=
              (s2[i * p + j] - share * d2[i * p + j]) / sum - mean * (s1[j] - share * d1[j]) / sum
          }
        }
      }
    }
    for i in 0..<p { for j in 0..<i { information[j, i] = information[i, j] } }
    return (value, gradient, information)
  }

  /// The maximum, by Newton's steps that are halved where they go down.
  func maximum(
    _ names: [String], place: String
  ) throws(StatsError) -> (
    coefficients: [Double], covariance: Matrix, logLikelihood: Double, nullLogLikelihood: Double
  ) {
    var b = [Double](repeating: 0, count: p)
    var now = parts(b)
    let start = now.value
    for _ in 0..<60 {
      let (triangle, dependent) = Triangle.cholesky(now.information, tolerance: 1e-13)
      guard dependent == nil else { throw unbounded(b, names, place) }
      let step = triangle.solveBoth(now.gradient)
      let decrement = zip(step, now.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if decrement <= 1e-20 * (Swift.abs(now.value) + 1) {
        return (b, triangle.inverseOfSquare, now.value, start)
      }
      var part = 1.0
      var next = now
      var tried = b
      for _ in 0..<40 {
        tried = b.indices.map { b[$0] + part * step[$0] }
        next = parts(tried)
        if next.value.isFinite, next.value >= now.value - 1e-11 * (Swift.abs(now.value) + 1) {
          break
        }
        part /= 2
      }
      b = tried
      now = next
      let reach = (0..<times.count).lazy.map { row in
        (0..<p).reduce(0.0) { $0 + b[$1] * rows[row * p + $1] }
      }
      if let largest = reach.max(), largest > 40 { throw unbounded(b, names, place) }
    }
    throw unbounded(b, names, place)
  }

  private func unbounded(_ b: [Double], _ names: [String], _ place: String) -> StatsError {
    let reaches = (0..<p).map { column in
      Swift.abs(b[column]) * ((0..<times.count).map { Swift.abs(rows[$0 * p + column]) }.max() ?? 0)
    }
    let worst = reaches.indices.max { reaches[$0] < reaches[$1] } ?? 0
    return StatsError(
      code: .separation,
      what: "\"\(names[worst])\" orders the events: its coefficient has no bound", place: place,
      mend: "leave it out, or join levels so that each has events and survivors")
  }

  /// Harrell's concordance within strata: of pairs whose order in time is known.
  static func concordance(
    _ times: [Double], _ events: [Bool], _ risks: [Double], _ groups: [Int32]
  ) -> Double {
    let levels = Array(Set(risks)).sorted()
    let ranks = Dictionary(uniqueKeysWithValues: zip(levels, 1...max(levels.count, 1)))
    var (agreeing, pairs) = (0.0, 0.0)
    for group in Set(groups) {
      // From the longest time on: the tree counts those that live longer, by risk.
      let order = times.indices.filter { groups[$0] == group }.sorted { times[$0] > times[$1] }
      var tree = [Int](repeating: 0, count: levels.count + 1)
      var inside = 0
      func add(_ row: Int) {
        var node = ranks[risks[row]] ?? 1
        while node < tree.count {
          tree[node] += 1
          node += node & -node
        }
        inside += 1
      }
      func count(upTo rank: Int) -> Int {
        var (node, sum) = (rank, 0)
        while node > 0 {
          sum += tree[node]
          node -= node & -node
        }
        return sum
      }
      var place = 0
      while place < order.count {
        var end = place
        while end < order.count, times[order[end]] == times[order[place]] { end += 1 }
        // Who is censored at the time of an event lives longer.
        for row in order[place..<end] where !events[row] { add(row) }
        for row in order[place..<end] where events[row] {
          let rank = ranks[risks[row]] ?? 1
          let below = count(upTo: rank - 1)
          agreeing += Double(below) + Double(count(upTo: rank) - below) / 2
          pairs += Double(inside)
        }
        for row in order[place..<end] where events[row] { add(row) }
        place = end
      }
    }
    return pairs > 0 ? agreeing / pairs : 0.5
  }
}
