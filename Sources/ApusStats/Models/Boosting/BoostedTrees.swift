internal import ApusFrame

/// Trees whose answers add up, and what their sum means.
struct BoostedTrees: Sendable, Equatable {
  /// What was minimised.
  let loss: BoostingLoss
  /// What every row starts from.
  let start: [Double]
  /// The trees, round by round; `loss.width` a round.
  var trees: [TreeNodes]
  /// The mean loss of the training rows (or of the held-out ones, when some were) after each round;
  /// empty when it was not needed.
  var history: [Double] = []

  /// Grows trees on a table.
  static func fit(
    _ table: FeatureTable, _ target: [Double], loss: BoostingLoss, options: BoostingOptions
  ) throws(FrameError) -> BoostedTrees {
    let bins = try FeatureBins(table, binLimit: options.binLimit)
    let split = heldOut(target.count, loss: loss, options: options, target)
    let grower = try BoostingGrower(bins, options: options, trainingRows: split.training)
    let rowCount = target.count
    let start = loss.start(split.training.map { target[Int($0)] })
    var model = BoostedTrees(loss: loss, start: start, trees: [])
    let raw = UnsafeMutablePointer<Double>.allocate(capacity: rowCount * loss.width)
    defer { raw.deallocate() }
    for tree in 0..<loss.width {
      (raw + tree * rowCount).initialize(repeating: start[tree], count: rowCount)
    }
    var best = (loss: Double.infinity, round: 0)
    // Rounds are grown from the slopes at their start, so that classes are treated alike.
    let before: UnsafeMutablePointer<Double>? =
      loss.width > 1 ? .allocate(capacity: rowCount * loss.width) : nil
    defer { before?.deallocate() }
    for round in 0..<options.roundCount {
      before?.update(from: raw, count: rowCount * loss.width)
      for tree in 0..<loss.width {
        let top = try slopes(grower, loss, tree, before ?? raw, target)
        let grown = try grower.grow(
          round: UInt64(round * loss.width + tree), top: top,
          isCurvatureConstant: loss == .squared)
        let column = raw + tree * rowCount
        try inParallel(grown.leaves.count) { place throws(FrameError) in
          let leaf = grown.leaves[place]
          let value = grown.tree.values[leaf.node]
          for row in leaf.rows { column[Int(row)] += value }
        }
        for row in split.validation {
          column[row] += grown.tree.value(table.columns, row)
        }
        model.trees.append(grown.tree)
      }
      guard let patience = options.patience else { continue }
      let value =
        split.validation.reduce(0) { $0 + loss.value(raw + $1, stride: rowCount, target[$1]) }
        / Double(split.validation.count)
      model.history.append(value)
      if value < best.loss - 1e-7 { best = (value, round) }
      if round - best.round >= patience { break }
    }
    if options.patience != nil {
      model.trees.removeLast(model.trees.count - (best.round + 1) * loss.width)
    }
    return model
  }

  /// Rows to grow on and rows to stop by; classes are held out in their proportions.
  private static func heldOut(
    _ count: Int, loss: BoostingLoss, options: BoostingOptions, _ target: [Double]
  ) -> (training: [UInt32], validation: [Int]) {
    guard options.patience != nil else { return ((0..<UInt32(count)).map { $0 }, []) }
    var random = StreamRandom(seed: options.seed, stream: .max)
    var isHeld = [Bool](repeating: false, count: count)
    let order = random.permutation(count)
    var groups: [Int: [Int]] = [:]
    let isClasses = loss == .logistic || loss.width > 1
    for row in order { groups[isClasses ? Int(target[row]) : 0, default: []].append(row) }
    for key in groups.keys.sorted() {
      let rows = groups[key] ?? []
      let held = Int((Double(rows.count) * options.validationFraction).rounded())
      for row in rows.prefix(min(max(held, 1), rows.count - 1)) { isHeld[row] = true }
    }
    return (
      (0..<UInt32(count)).filter { !isHeld[Int($0)] }, (0..<count).filter { isHeld[$0] }
    )
  }

  private static func slopes(
    _ grower: BoostingGrower, _ loss: BoostingLoss, _ tree: Int, _ raw: UnsafePointer<Double>,
    _ target: [Double]
  ) throws(FrameError) -> (slope: Float, curvature: Float) {
    let size = 1 << 14
    let count = target.count
    let tops = try target.withUnsafeBufferPointer { target throws(FrameError) in
      try parallelMap((count + size - 1) / size) { piece throws(FrameError) in
        let rows = (piece * size)..<min(piece * size + size, count)
        guard let base = target.baseAddress else { return (slope: Float(0), curvature: Float(0)) }
        return loss.slopes(
          rows, tree: tree, raw: raw, rowCount: count, target: base, slopes: grower.slopes,
          curvatures: grower.curvatures)
      }
    }
    return tops.reduce((slope: 0, curvature: 0)) {
      (max($0.slope, $1.slope), max($0.curvature, $1.curvature))
    }
  }

  /// Numbers, or chances of classes, row by row.
  func predict(_ table: FeatureTable) throws(FrameError) -> [Double] {
    let width = loss.width
    var sums = [Double](repeating: 0, count: table.rowCount * width)
    try withColumnPointers(table.columns) { columns throws(FrameError) in
      try sums.withUnsafeMutableBufferPointer { sums throws(FrameError) in
        guard let base = sums.baseAddress else { return }
        try inParallel(rows: table.rowCount, by: 4096) { rows throws(FrameError) in
          for row in rows {
            for place in 0..<width { base[row * width + place] = start[place] }
          }
          for (number, tree) in trees.enumerated() {
            tree.add(
              columns, rows: rows, scale: 1, to: base, stride: width, offset: number % width)
          }
          var raw = [Double](repeating: 0, count: width)
          for row in rows {
            for place in 0..<width { raw[place] = base[row * width + place] }
            loss.finish(&raw)
            for place in 0..<width { base[row * width + place] = raw[place] }
          }
        }
      }
    }
    return sums
  }
}

extension TreeNodes {
  /// What a row's leaf says, for trees of width 1.
  func value(_ columns: [[Double]], _ row: Int) -> Double {
    var node = 0
    while features[node] >= 0 {
      let value = columns[Int(features[node])][row]
      let isLeft = value.isNaN ? missingLeft[node] : value <= thresholds[node]
      node = Int(children[node]) + (isLeft ? 0 : 1)
    }
    return values[node]
  }
}
