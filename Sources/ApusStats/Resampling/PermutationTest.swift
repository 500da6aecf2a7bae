@_implementationOnly import Glibc

/// What may be exchanged if the null hypothesis holds.
public enum PermutationKind: Sendable {
  /// Values between the two samples: they come from one distribution.
  case independent
  /// The two values of a pair.
  case pairs
  /// Which value of the second sample belongs to which of the first: they are independent.
  case pairings
}

/// Tests whether two samples differ in a statistic more than exchanged values would.
///
///     try permutationTest(a, b) { x, y in x.reduce(0, +) / 5 - y.reduce(0, +) / 7 }
///
/// - Every permutation is made when there are at most `permutations`, and the p-value is exact; else
///   so many random ones, the observed one counted in: (k + 1)/(N + 1).
/// - A two-sided p-value is twice the lesser one-sided one.
/// - `seed`: the same seed gives the same permutations.
public func permutationTest(
  _ first: any SampleValues, _ second: any SampleValues, kind: PermutationKind = .independent,
  permutations: Int = 9999, alternative: TestResult.Alternative = .twoSided, seed: UInt64 = 0,
  statistic: ([Double], [Double]) throws -> Double = { x, y in
    x.reduce(0, +) / Double(x.count) - y.reduce(0, +) / Double(y.count)
  }
) throws -> TestResult {
  let place = "permutationTest(…)"
  guard permutations >= 1 else {
    throw StatsError(code: .badOption, what: "\(permutations) permutations", place: place)
  }
  let (a, b): (Sample, Sample)
  switch kind {
  case .independent: (a, b) = (try Sample(first, in: place), try Sample(second, in: place))
  case .pairs, .pairings:
    let rows = try PairedSamples([first, second], in: place)
    (a, b) = (rows.samples[0], rows.samples[1])
  }
  try a.need(kind == .pairs ? 1 : 2, in: place)
  try b.need(kind == .pairs ? 1 : 2, in: place)
  let (x, y) = (a.values, b.values)
  let observed = try statistic(x, y)
  guard observed.isFinite else {
    throw StatsError(
      code: .badValue, what: "the statistic of the samples is \(observed)", place: place)
  }
  // Sums that differ only by rounding are equal.
  let tolerance = 1e-14 * abs(observed)
  var (less, greater, made) = (0, 0, 0)
  func count(_ x: [Double], _ y: [Double]) throws {
    if made % 256 == 0 { try checkCancelled(in: place) }
    let value = try statistic(x, y)
    guard !value.isNaN else {
      throw StatsError(
        code: .badValue, what: "the statistic of a permutation is not a number", place: place)
    }
    if value <= observed + tolerance { less += 1 }
    if value >= observed - tolerance { greater += 1 }
    made += 1
  }
  let orders = Permutations(kind: kind, x: x, y: y)
  let isExact = orders.total.map { $0 <= permutations } ?? false
  if isExact {
    try orders.forEach(count)
  } else {
    for number in 0..<permutations {
      var random = RandomGenerator(seed: seed).split(number)
      let (x, y) = orders.random(&random)
      try count(x, y)
    }
  }
  let extra = isExact ? 0 : 1
  let below = Double(less + extra) / Double(made + extra)
  let above = Double(greater + extra) / Double(made + extra)
  let p: Double =
    switch alternative {
    case .less: below
    case .greater: above
    case .twoSided: Swift.min(1, 2 * Swift.min(below, above))
    }
  var result = TestResult("permutation test", .init("statistic", observed), pValue: p)
  result.alternative = alternative
  result.counts = [
    .init(name: a.name.isEmpty ? "sample 1" : a.name, count: x.count),
    .init(name: b.name.isEmpty ? "sample 2" : b.name, count: y.count),
  ]
  result.missingCount = kind == .independent ? a.missingCount + b.missingCount : a.missingCount
  result.notes = [
    isExact
      ? "p-value: exact, by all \(made) permutations"
      : "p-value: by \(made) random permutations (seed \(seed))"
  ]
  return try result.checked(in: place)
}

/// The ways to exchange the values of two samples.
private struct Permutations {
  let kind: PermutationKind
  let x: [Double]
  let y: [Double]

  /// How many there are, if that is not beyond a hundred million.
  var total: Int? {
    let (n, m) = (x.count, y.count)
    let all: Double =
      switch kind {
      case .independent: exp(Tails.logChoose(n + m, n))
      case .pairs: exp2(Double(n))
      case .pairings: exp(Tails.logGamma(Double(n) + 1))
      }
    return all < 1e8 ? Int(all.rounded()) : nil
  }

  func random(_ random: inout RandomGenerator) -> ([Double], [Double]) {
    switch kind {
    case .independent:
      var all = x + y
      all.shuffle(using: &random)
      return (Array(all.prefix(x.count)), Array(all.dropFirst(x.count)))
    case .pairs:
      var (a, b) = (x, y)
      for row in a.indices where random.next() & 1 == 1 { (a[row], b[row]) = (b[row], a[row]) }
      return (a, b)
    case .pairings: return (x, y.shuffled(using: &random))
    }
  }

  func forEach(_ body: ([Double], [Double]) throws -> Void) throws {
    switch kind {
    case .independent:
      let all = x + y
      var chosen = Array(0..<x.count)
      while true {
        var isFirst = [Bool](repeating: false, count: all.count)
        for place in chosen { isFirst[place] = true }
        try body(
          all.indices.filter { isFirst[$0] }.map { all[$0] },
          all.indices.filter { !isFirst[$0] }.map { all[$0] })
        guard
          let last = chosen.indices.last(where: { chosen[$0] < all.count - chosen.count + $0 })
        else { return }
        chosen[last] += 1
        for place in (last + 1)..<Swift.max(chosen.count, last + 1) {
          chosen[place] = chosen[place - 1] + 1
        }
      }
    case .pairs:
      for signs in 0..<(1 << x.count) {
        var (a, b) = (x, y)
        for row in a.indices where signs >> row & 1 == 1 { (a[row], b[row]) = (b[row], a[row]) }
        try body(a, b)
      }
    case .pairings:
      var order = Array(y.indices)
      while true {
        try body(x, order.map { y[$0] })
        // The next order in the dictionary.
        guard let fall = order.indices.dropLast().last(where: { order[$0] < order[$0 + 1] }),
          let other = order.lastIndex(where: { $0 > order[fall] })
        else { return }
        order.swapAt(fall, other)
        order[(fall + 1)...].reverse()
      }
    }
  }
}

/// Tests whether a statistic of a sample is more extreme than those of samples of the same size that
/// a model draws.
///
///     try monteCarloTest(x, samples: 999) { random, n in random.normals(n) } statistic: { … }
public func monteCarloTest(
  _ values: any SampleValues, samples: Int = 9999,
  alternative: TestResult.Alternative = .twoSided, seed: UInt64 = 0,
  drawing model: (inout RandomGenerator, Int) throws -> [Double],
  statistic: ([Double]) throws -> Double
) throws -> TestResult {
  let place = "monteCarloTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(1, in: place)
  guard samples >= 1 else {
    throw StatsError(code: .badOption, what: "\(samples) samples", place: place)
  }
  let observed = try statistic(sample.values)
  let tolerance = 1e-14 * abs(observed)
  var (less, greater) = (1, 1)
  for number in 0..<samples {
    try checkCancelled(in: place)
    var random = RandomGenerator(seed: seed).split(number)
    let value = try statistic(model(&random, sample.count))
    guard !value.isNaN else {
      throw StatsError(
        code: .badValue, what: "the statistic of a drawn sample is not a number", place: place)
    }
    if value <= observed + tolerance { less += 1 }
    if value >= observed - tolerance { greater += 1 }
  }
  let below = Double(less) / Double(samples + 1)
  let above = Double(greater) / Double(samples + 1)
  let p: Double =
    switch alternative {
    case .less: below
    case .greater: above
    case .twoSided: Swift.min(1, 2 * Swift.min(below, above))
    }
  var result = TestResult("Monte-Carlo test", .init("statistic", observed), pValue: p)
  result.alternative = alternative
  result.counts = [.init(name: sample.name, count: sample.count)]
  result.missingCount = sample.missingCount
  result.notes = ["p-value: by \(samples) drawn samples (seed \(seed))"]
  return try result.checked(in: place)
}
