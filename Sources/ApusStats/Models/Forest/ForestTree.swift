/// Grows one tree of a forest, depth first, on one thread.
struct ForestTreeGrower<Sums: SplitSums> {
  let bins: FeatureBins
  let options: ForestOptions
  /// How many features each split chooses from.
  let featureCount: Int
  private var sums: Sums
  private var random: StreamRandom
  private var features: [Int]
  private let codes: [UnsafeBufferPointer<UInt8>]
  private let order: UnsafeMutablePointer<UInt32>
  private let words: UnsafeMutablePointer<Sums.Word>
  private let spareOrder: UnsafeMutablePointer<UInt32>
  private let spareWords: UnsafeMutablePointer<Sums.Word>

  private struct Open {
    var node: Int
    var range: Range<Int>
    var depth: Int
  }

  private struct Cut {
    var score: Double
    var feature = -1
    var bin = 0
    var missingLeft = false
  }

  /// Nodes of fewer rows note which bins they touch instead of looking at all.
  private static var sparseRows: Int { 160 }

  /// Grows the tree of a number; `drawn` are the rows and how often each counts.
  static func grow(
    _ bins: FeatureBins, codes: [UnsafeBufferPointer<UInt8>], sums: Sums, options: ForestOptions,
    featureCount: Int, drawn: [UInt16], random: StreamRandom
  ) -> TreeNodes {
    let count = drawn.count { $0 > 0 }
    let order = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * count)
    let words = UnsafeMutablePointer<Sums.Word>.allocate(capacity: 2 * count)
    defer {
      order.deallocate()
      words.deallocate()
    }
    var place = 0
    for row in drawn.indices where drawn[row] > 0 {
      order[place] = UInt32(row)
      words[place] = sums.word(row, weight: Int(drawn[row]))
      place += 1
    }
    var grower = ForestTreeGrower(
      bins: bins, options: options, featureCount: featureCount, sums: sums, random: random,
      features: Array(bins.codes.indices), codes: codes, order: order, words: words,
      spareOrder: order + count, spareWords: words + count)
    return grower.grow(count)
  }

  private mutating func grow(_ count: Int) -> TreeNodes {
    var tree = TreeNodes(width: sums.width)
    tree.addLeaf(Array(repeating: 0, count: sums.width))
    var open = [Open(node: 0, range: 0..<count, depth: 0)]
    let none = [Double](repeating: 0, count: sums.width)
    while let next = open.popLast() {
      let isPure = sums.total(words, next.range)
      let isDeep = options.depthLimit.map { next.depth >= $0 } ?? false
      let cut =
        isPure || isDeep || next.range.count < 2 * options.minimumLeafRows ? nil : best(next.range)
      guard let cut else {
        let leaf = sums.leaf
        for place in 0..<sums.width { tree.values[next.node * sums.width + place] = leaf[place] }
        continue
      }
      let middle = part(next.range, cut)
      let bounds = bins.bounds[cut.feature]
      tree.split(
        next.node, feature: cut.feature,
        threshold: cut.bin < bounds.count ? bounds[cut.bin] : .greatestFiniteMagnitude,
        missingLeft: cut.missingLeft, gain: cut.score - sums.score)
      let left = tree.addLeaf(none)
      let right = tree.addLeaf(none)
      open.append(Open(node: right, range: middle..<next.range.upperBound, depth: next.depth + 1))
      open.append(Open(node: left, range: next.range.lowerBound..<middle, depth: next.depth + 1))
    }
    return tree
  }

  /// The best cut over features drawn by chance; those with one bin only do not count as drawn.
  private mutating func best(_ range: Range<Int>) -> Cut? {
    // A cut must beat the node itself by more than rounding.
    var best = Cut(score: sums.score + abs(sums.score) * 1e-12)
    var drawn = 0
    var rest = features.count
    while rest > 0, drawn < featureCount || best.feature < 0 {
      let place = random.below(rest)
      rest -= 1
      features.swapAt(place, rest)
      if search(features[rest], range, &best) { drawn += 1 }
    }
    return best.feature >= 0 ? best : nil
  }

  /// Looks for a better cut over a feature's bins; gives whether the rows have more than one.
  private mutating func search(_ feature: Int, _ range: Range<Int>, _ best: inout Cut) -> Bool {
    let codes = codes[feature]
    var touched: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    if range.count < Self.sparseRows {
      withUnsafeMutableBytes(of: &touched) { bytes in
        let bits = bytes.bindMemory(to: UInt64.self)
        for place in range {
          let bin = Int(codes[Int(order[place])])
          sums.add(words[place], bin)
          bits[bin >> 6] |= 1 << UInt64(bin & 63)
        }
      }
    } else {
      for place in range { sums.add(words[place], Int(codes[Int(order[place])])) }
      let last = bins.bounds[feature].count
      withUnsafeMutableBytes(of: &touched) { bytes in
        let bits = bytes.bindMemory(to: UInt64.self)
        for word in 0...(last >> 6) { bits[word] = .max }
        if last & 63 != 63 { bits[last >> 6] = (1 << UInt64(last & 63 + 1)) - 1 }
        if bins.hasMissing[feature] { bits[3] |= 1 << 63 }
      }
    }
    return withUnsafeBytes(of: touched) { bytes in
      let bits = bytes.bindMemory(to: UInt64.self)
      let hasMissing = bits[3] >> 63 == 1
      var kinds = scan(feature, bits, range.count, missingLeft: false, hasMissing, &best)
      if hasMissing {
        kinds = max(kinds, scan(feature, bits, range.count, missingLeft: true, true, &best))
      }
      for word in 0..<4 {
        var rest = bits[word]
        while rest != 0 {
          sums.clear(word &* 64 &+ rest.trailingZeroBitCount)
          rest &= rest &- 1
        }
      }
      return kinds > 1
    }
  }

  /// Tries a cut behind each bin of the touched ones; gives how many parts the rows stand in.
  private mutating func scan(
    _ feature: Int, _ bits: UnsafeBufferPointer<UInt64>, _ count: Int, missingLeft: Bool,
    _ hasMissing: Bool, _ best: inout Cut
  ) -> Int {
    sums.begin()
    if missingLeft { sums.move(FeatureBins.missing) }
    var kinds = 1
    var before = sums.leftCount
    for word in 0..<4 {
      var rest = bits[word]
      if word == 3 { rest &= ~(1 << 63) }
      while rest != 0 {
        let bin = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        sums.move(bin)
        let left = sums.leftCount
        if left == count { break }
        if left == before { continue }
        before = left
        kinds = 2
        guard left >= options.minimumLeafRows, count &- left >= options.minimumLeafRows else {
          continue
        }
        let score = sums.splitScore
        if score > best.score {
          best = Cut(
            score: score, feature: feature, bin: bin,
            missingLeft: hasMissing ? missingLeft : left > count &- left)
        }
      }
    }
    return kinds
  }

  /// Parts the rows of a range, those that go left first; both keep their order.
  private func part(_ range: Range<Int>, _ cut: Cut) -> Int {
    let codes = codes[cut.feature]
    let limit = UInt8(cut.bin)
    let missing: UInt8 = cut.missingLeft ? 255 : 254
    var left = range.lowerBound
    var right = 0
    for place in range {
      let row = order[place]
      let word = words[place]
      let bin = codes[Int(row)]
      // No branch, which would be guessed wrongly half of the time: 1 for left. The missing ones'
      // bin is the greatest, 255.
      let side = (bin <= limit ? 1 : 0) | (bin > 254 && missing > 254 ? 1 : 0)
      // Both places are written, one of them counts.
      order[left] = row
      words[left] = word
      spareOrder[right] = row
      spareWords[right] = word
      left &+= side
      right &+= 1 &- side
    }
    (order + left).update(from: spareOrder, count: right)
    (words + left).update(from: spareWords, count: right)
    return left
  }
}
