internal import ApusFrame

/// Grows one tree after another on the same binned rows, leaf by leaf, the best split first.
///
/// Rows stand grouped by leaf in `order`, each with its word of quantised slope and curvature beside
/// it; a split parts them in place and keeps their order. Bins of eight features stand in one word a
/// row, so that a node's histogram reads a row once for eight features. The histogram of a node's
/// larger half is the node's less the smaller half's.
final class BoostingGrower {
  let bins: FeatureBins
  let options: BoostingOptions
  let rowCount: Int
  let blockCount: Int
  /// The rows that trees are grown on.
  let trainingRows: [UInt32]
  let slopes: UnsafeMutablePointer<Float>
  let curvatures: UnsafeMutablePointer<Float>
  let blocks: UnsafeMutablePointer<UInt64>
  /// The same bins, column by column: a split looks at one feature only.
  private let codes: UnsafeMutablePointer<UInt8>
  private let order: UnsafeMutablePointer<UInt32>
  private let words: UnsafeMutablePointer<UInt64>
  private let spareOrder: UnsafeMutablePointer<UInt32>
  private let spareWords: UnsafeMutablePointer<UInt64>
  private let scratch: UnsafeMutablePointer<UInt64>
  private var partials: [SlopeHistogram] = []
  private var free: [SlopeHistogram] = []

  private static let partLimit = 8
  /// Nodes of fewer rows are not worth waking another thread.
  private static let parallelRows = 8192
  private static let pieceRows = 1 << 14

  struct Leaf {
    var node: Int
    var range: Range<Int>
    var depth: Int
    var total: (slope: Int64, curvature: Int64, count: Int)
    var histogram: SlopeHistogram?
    var best = BoostingSplit()
  }

  init(_ bins: FeatureBins, options: BoostingOptions, trainingRows: [UInt32]) throws(FrameError) {
    self.bins = bins
    self.options = options
    self.trainingRows = trainingRows
    rowCount = bins.rowCount
    blockCount = (bins.codes.count + 7) / 8
    slopes = .allocate(capacity: rowCount)
    curvatures = .allocate(capacity: rowCount)
    curvatures.update(repeating: 1, count: rowCount)
    blocks = .allocate(capacity: rowCount * blockCount)
    codes = .allocate(capacity: rowCount * bins.codes.count)
    order = .allocate(capacity: rowCount)
    words = .allocate(capacity: rowCount)
    spareOrder = .allocate(capacity: rowCount)
    spareWords = .allocate(capacity: rowCount)
    scratch = .allocate(capacity: 2048 * Self.partLimit)
    for _ in 0..<Self.partLimit { partials.append(SlopeHistogram(binCount: blockCount * 2048)) }
    for (place, column) in bins.codes.enumerated() {
      column.withUnsafeBufferPointer { source in
        if let base = source.baseAddress {
          (codes + place * rowCount).update(from: base, count: rowCount)
        }
      }
    }
    let blocks = blocks
    try inParallel(rows: rowCount, by: Self.pieceRows) { rows throws(FrameError) in
      for block in 0..<blockCount {
        let target = blocks + block * rowCount
        target.advanced(by: rows.lowerBound).update(repeating: 0, count: rows.count)
        for place in 0..<min(8, bins.codes.count - block * 8) {
          bins.codes[block * 8 + place].withUnsafeBufferPointer { codes in
            for row in rows { target[row] |= UInt64(codes[row]) << UInt64(place * 8) }
          }
        }
      }
    }
  }

  deinit {
    slopes.deallocate()
    curvatures.deallocate()
    blocks.deallocate()
    codes.deallocate()
    order.deallocate()
    words.deallocate()
    spareOrder.deallocate()
    spareWords.deallocate()
    scratch.deallocate()
  }

  /// A tree for the slopes and curvatures that were written, with its leaves' rows: the leaf values
  /// are Newton steps times the learning rate, from exact sums.
  func grow(
    round: UInt64, top: (slope: Float, curvature: Float), isCurvatureConstant: Bool
  ) throws(FrameError) -> (
    tree: TreeNodes, leaves: [(node: Int, rows: UnsafeBufferPointer<UInt32>)]
  ) {
    let rule = try quantise(round, top: top, isCurvatureConstant: isCurvatureConstant)
    var tree = TreeNodes(width: 1)
    tree.addLeaf([0])
    var root = Leaf(
      node: 0, range: 0..<trainingRows.count, depth: 0, total: (0, 0, trainingRows.count))
    let histogram = takeHistogram()
    try fill(histogram, root.range, isRoot: trainingRows.count == rowCount)
    for bin in 0..<256 {
      root.total.slope += histogram.slopes[bin]
      root.total.curvature += histogram.curvatures[bin]
    }
    root.histogram = histogram
    var leaves = [root]
    try search(&leaves, [0], rule)
    while leaves.count < options.leafLimit {
      var chosen = 0
      for place in 1..<leaves.count where leaves[place].best.gain > leaves[chosen].best.gain {
        chosen = place
      }
      guard leaves[chosen].best.gain > 0 else { break }
      try split(chosen, &leaves, &tree, rule)
    }
    for leaf in leaves { leaf.histogram.map { free.append($0) } }
    let values = try parallelMap(leaves.count) { place throws(FrameError) in
      value(of: leaves[place].range)
    }
    for (leaf, value) in zip(leaves, values) { tree.values[leaf.node] = value }
    return (
      tree, leaves.map { ($0.node, UnsafeBufferPointer(rebasing: orderRows[$0.range])) }
    )
  }

  private var orderRows: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: order, count: trainingRows.count)
  }

  /// The Newton step of a leaf's rows.
  private func value(of range: Range<Int>) -> Double {
    var slope = 0.0
    var curvature = 0.0
    for place in range {
      let row = Int(order[place])
      slope += Double(slopes[row])
      curvature += Double(curvatures[row])
    }
    return -options.learningRate * slope / max(curvature + options.l2, 1e-15)
  }

  /// Slopes and curvatures as whole quanta: rounded up or down by chance, so that sums are not
  /// biased; the chance comes of the row's number and the round's.
  private func quantise(
    _ round: UInt64, top: (slope: Float, curvature: Float), isCurvatureConstant: Bool
  ) throws(FrameError) -> SplitRule {
    let slopeScale = top.slope > 0 ? SlopeWord.top / top.slope : 0
    let curvatureScale = top.curvature > 0 ? SlopeWord.top / top.curvature : 0
    var stream = StreamRandom(seed: options.seed, stream: round)
    let key = UInt32(truncatingIfNeeded: stream.next())
    try trainingRows.withUnsafeBufferPointer { training throws(FrameError) in
      try inParallel(rows: training.count, by: Self.pieceRows) { range throws(FrameError) in
        for place in range {
          let row = training[place]
          order[place] = row
          var chance = (row ^ key) &* 0x9E37_79B1
          chance = (chance ^ (chance >> 15)) &* 0x85EB_CA77
          chance ^= chance >> 13
          let up = Float(chance >> 16) * 0x1p-16
          let other = Float(chance & 0xFFFF) * 0x1p-16
          // Moved to above zero, so that cutting off is rounding down.
          let slope = Int64(Int32(slopes[Int(row)] * slopeScale + 1024 + up)) - 1024
          let curvature: Int64 =
            isCurvatureConstant
            ? 1 : Int64(Int32(curvatures[Int(row)] * curvatureScale + other))
          words[place] = SlopeWord.pack(
            slope: min(max(slope, -1023), 1023), curvature: min(curvature, 1023))
        }
      }
    }
    let curvatureUnit =
      isCurvatureConstant ? 1 : 1 / Double(max(curvatureScale, .leastNormalMagnitude))
    return SplitRule(
      l2: options.l2, minimumRows: options.minimumLeafRows,
      slopeUnit: top.slope > 0 ? Double(top.slope) / Double(SlopeWord.top) : 0,
      curvatureUnit: curvatureUnit,
      minimumCurvature: max(1, Int64(1e-3 / curvatureUnit)))
  }

  private func takeHistogram() -> SlopeHistogram {
    free.popLast() ?? SlopeHistogram(binCount: blockCount * 2048)
  }

  /// The histogram of the rows at some places of the order.
  private func fill(
    _ histogram: SlopeHistogram, _ range: Range<Int>, isRoot: Bool
  ) throws(FrameError) {
    let parts =
      range.count < Self.parallelRows ? 1 : min(max(range.count / 16384, 2), Self.partLimit)
    let size = (range.count + parts - 1) / parts
    let rows = isRoot ? nil : UnsafePointer(order)
    try run(range.count, parts) { part in
      let start = range.lowerBound + part * size
      SlopeWord.sum(
        start..<min(start + size, range.upperBound), rows: rows, bins: blocks, rowCount: rowCount,
        blockCount: blockCount, words: words, scratch: scratch + part * 2048,
        into: part == 0 ? histogram : partials[part])
    }
    for part in 1..<max(parts, 1) {
      histogram.add(partials[part], 0..<histogram.binCount)
    }
  }

  /// Works on tasks, on several threads only where there are rows enough.
  private func run(_ rows: Int, _ count: Int, _ task: (Int) -> Void) throws(FrameError) {
    if rows < Self.parallelRows {
      for number in 0..<count { task(number) }
    } else {
      try inParallel(count) { number throws(FrameError) in task(number) }
    }
  }

  /// Finds the best splits of leaves that have a histogram.
  private func search(
    _ leaves: inout [Leaf], _ places: [Int], _ rule: SplitRule
  ) throws(FrameError) {
    let wanted = places.filter { leaves[$0].histogram != nil }
    var found = [BoostingSplit](repeating: BoostingSplit(), count: wanted.count * blockCount)
    let rows = wanted.reduce(0) { max($0, leaves[$1].range.count) }
    let copies = leaves
    try found.withUnsafeMutableBufferPointer { found throws(FrameError) in
      try run(rows, found.count) { task in
        let leaf = copies[wanted[task / blockCount]]
        guard let histogram = leaf.histogram else { return }
        let block = task % blockCount
        var best = BoostingSplit()
        for feature in (block * 8)..<min(block * 8 + 8, bins.codes.count) {
          rule.search(
            feature, boundCount: bins.bounds[feature].count, hasMissing: bins.hasMissing[feature],
            histogram: histogram, total: leaf.total, best: &best)
        }
        found[task] = best
      }
    }
    for (number, place) in wanted.enumerated() {
      for block in 0..<blockCount {
        let split = found[number * blockCount + block]
        if split.gain > leaves[place].best.gain { leaves[place].best = split }
      }
    }
  }

  private func split(
    _ place: Int, _ leaves: inout [Leaf], _ tree: inout TreeNodes, _ rule: SplitRule
  ) throws(FrameError) {
    let leaf = leaves[place]
    let split = leaf.best
    let isLastSplit = leaves.count + 1 >= options.leafLimit
    let leftCount = try part(leaf.range, split)
    // A cut at the last bound parts present values from missing ones.
    let bounds = bins.bounds[split.feature]
    tree.split(
      leaf.node, feature: split.feature,
      threshold: split.bin < bounds.count ? bounds[split.bin] : .greatestFiniteMagnitude,
      missingLeft: split.missingLeft, gain: split.gain / 2)
    let leftNode = tree.addLeaf([0])
    let rightNode = tree.addLeaf([0])
    let middle = leaf.range.lowerBound + leftCount
    var total = leftTotal(leaf, split)
    total.count = leftCount
    var left = Leaf(
      node: leftNode, range: leaf.range.lowerBound..<middle, depth: leaf.depth + 1, total: total)
    var right = Leaf(
      node: rightNode, range: middle..<leaf.range.upperBound, depth: leaf.depth + 1,
      total: (
        leaf.total.slope - total.slope, leaf.total.curvature - total.curvature,
        leaf.total.count - leftCount
      ))
    let isDeep = options.depthLimit.map { leaf.depth + 1 >= $0 } ?? false
    let larger = max(left.range.count, right.range.count)
    if let histogram = leaf.histogram {
      if isLastSplit || isDeep || larger < 2 * options.minimumLeafRows {
        free.append(histogram)
      } else {
        let small = takeHistogram()
        let isLeftSmall = left.range.count < right.range.count
        try fill(small, isLeftSmall ? left.range : right.range, isRoot: false)
        histogram.subtract(small, 0..<histogram.binCount)
        left.histogram = isLeftSmall ? small : histogram
        right.histogram = isLeftSmall ? histogram : small
      }
    }
    leaves[place] = left
    leaves.append(right)
    try search(&leaves, [place, leaves.count - 1], rule)
  }

  private func leftTotal(
    _ leaf: Leaf, _ split: BoostingSplit
  ) -> (slope: Int64, curvature: Int64, count: Int) {
    guard let histogram = leaf.histogram else { return (0, 0, 0) }
    var total: (slope: Int64, curvature: Int64, count: Int) = (0, 0, 0)
    let first = split.feature * 256
    for bin in 0...split.bin {
      total.slope += histogram.slopes[first + bin]
      total.curvature += histogram.curvatures[first + bin]
    }
    if split.missingLeft {
      total.slope += histogram.slopes[first + FeatureBins.missing]
      total.curvature += histogram.curvatures[first + FeatureBins.missing]
    }
    return total
  }

  /// Parts the rows of a range, those that go left first, and gives their count. Each piece parts
  /// its rows by itself; then the parts are put together in the order of pieces.
  private func part(_ range: Range<Int>, _ split: BoostingSplit) throws(FrameError) -> Int {
    let pieces = (range.count + Self.pieceRows - 1) / Self.pieceRows
    var lefts = [Int](repeating: 0, count: pieces)
    let codes = codes + split.feature * rowCount
    // A look into a table costs no branch, which would be guessed wrongly half of the time.
    var sides = (0..<256).map { $0 <= split.bin ? 1 : 0 }
    sides[FeatureBins.missing] = split.missingLeft ? 1 : 0
    try lefts.withUnsafeMutableBufferPointer { lefts throws(FrameError) in
      try run(range.count, pieces) { piece in
        let start = range.lowerBound + piece * Self.pieceRows
        let end = min(start + Self.pieceRows, range.upperBound)
        var left = start
        var right = end
        sides.withUnsafeBufferPointer { sides in
          for place in start..<end {
            let row = order[place]
            let word = words[place]
            let side = sides[Int(codes[Int(row)])]
            // Written on both sides, of which one counts; right rows from the end, backwards.
            spareOrder[left] = row
            spareWords[left] = word
            spareOrder[right &- 1] = row
            spareWords[right &- 1] = word
            left &+= side
            right &-= 1 &- side
          }
        }
        lefts[piece] = left - start
      }
    }
    let leftCount = lefts.reduce(0, +)
    var leftStarts: [Int] = []
    var rightStarts: [Int] = []
    var left = range.lowerBound
    var right = range.lowerBound + leftCount
    for piece in 0..<pieces {
      let start = range.lowerBound + piece * Self.pieceRows
      leftStarts.append(left)
      rightStarts.append(right)
      left += lefts[piece]
      right += min(Self.pieceRows, range.upperBound - start) - lefts[piece]
    }
    try run(range.count, pieces) { piece in
      let start = range.lowerBound + piece * Self.pieceRows
      let end = min(start + Self.pieceRows, range.upperBound)
      let middle = start + lefts[piece]
      (order + leftStarts[piece]).update(from: spareOrder + start, count: middle - start)
      (words + leftStarts[piece]).update(from: spareWords + start, count: middle - start)
      var target = rightStarts[piece]
      for place in stride(from: end - 1, through: middle, by: -1) {
        order[target] = spareOrder[place]
        words[target] = spareWords[place]
        target &+= 1
      }
    }
    return leftCount
  }
}
