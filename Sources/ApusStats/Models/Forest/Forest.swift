internal import ApusFrame

/// Decision trees whose answers are averaged.
struct Forest: Sendable, Equatable {
  var trees: [TreeNodes]
  /// How many numbers a prediction has: 1, or one for each class.
  let width: Int

  /// What was found while growing.
  struct Fit: Sendable {
    var forest: Forest
    /// For each row what the trees say that did not see it, row by row; NaN where all did.
    var outOfBag: [Double]?
  }

  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, options: ForestOptions
  ) throws(FrameError) -> Fit {
    let bins = try FeatureBins(table, binLimit: options.binLimit)
    let count = target.count
    let codes = CodeColumns(bins)
    let grown = try parallelMap(options.treeCount) { number throws(FrameError) in
      var random = StreamRandom(seed: options.seed, stream: UInt64(number))
      var drawn = [UInt16](repeating: 1, count: count)
      if options.bootstraps {
        drawn = [UInt16](repeating: 0, count: count)
        drawn.withUnsafeMutableBufferPointer { drawn in
          for _ in 0..<count { drawn[random.below(count)] &+= 1 }
        }
      }
      let seen = options.measuresOutOfBag ? drawn.map { $0 > 0 } : []
      switch target {
      case .numbers(let values):
        let sums = NumberSums(values)
        defer { sums.release() }
        let tree = ForestTreeGrower.grow(
          bins, codes: codes.columns, sums: sums, options: options,
          featureCount: options.featureCount(of: bins.codes.count, isClasses: false),
          drawn: drawn, random: random)
        return (tree, seen)
      case .classes(let classes):
        let sums = ClassSums(classes)
        defer { sums.release() }
        let tree = ForestTreeGrower.grow(
          bins, codes: codes.columns, sums: sums, options: options,
          featureCount: options.featureCount(of: bins.codes.count, isClasses: true),
          drawn: drawn, random: random)
        return (tree, seen)
      }
    }
    let forest = Forest(trees: grown.map(\.0), width: grown[0].0.width)
    let outOfBag = options.measuresOutOfBag ? try forest.outOfBag(table, grown.map(\.1)) : nil
    return Fit(forest: forest, outOfBag: outOfBag)
  }

  /// Numbers, or chances of classes, row by row.
  func predict(_ table: FeatureTable) throws(FrameError) -> [Double] {
    var sums = [Double](repeating: 0, count: table.rowCount * width)
    let scale = 1 / Double(trees.count)
    try withColumnPointers(table.columns) { columns throws(FrameError) in
      try sums.withUnsafeMutableBufferPointer { sums throws(FrameError) in
        guard let base = sums.baseAddress else { return }
        try inParallel(rows: table.rowCount, by: 4096) { rows throws(FrameError) in
          for tree in trees {
            tree.add(columns, rows: rows, scale: scale, to: base, stride: width, offset: 0)
          }
        }
      }
    }
    return sums
  }

  private func outOfBag(_ table: FeatureTable, _ seen: [[Bool]]) throws(FrameError) -> [Double] {
    var sums = [Double](repeating: 0, count: table.rowCount * width)
    try withColumnPointers(table.columns) { columns throws(FrameError) in
      try sums.withUnsafeMutableBufferPointer { sums throws(FrameError) in
        try inParallel(rows: table.rowCount, by: 4096) { rows throws(FrameError) in
          for row in rows {
            var count = 0.0
            for (number, tree) in trees.enumerated() where !seen[number][row] {
              let leaf = tree.leaf(columns, row)
              for place in 0..<width {
                sums[row * width + place] += tree.values[leaf * width + place]
              }
              count += 1
            }
            for place in 0..<width {
              sums[row * width + place] = count > 0 ? sums[row * width + place] / count : .nan
            }
          }
        }
      }
    }
    return sums
  }
}

/// Bins of features at addresses that stay while trees grow.
private final class CodeColumns {
  let columns: [UnsafeBufferPointer<UInt8>]
  private let block: UnsafeMutablePointer<UInt8>

  init(_ bins: FeatureBins) {
    let count = bins.rowCount
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count * bins.codes.count, 1))
    var columns: [UnsafeBufferPointer<UInt8>] = []
    for (place, codes) in bins.codes.enumerated() {
      codes.withUnsafeBufferPointer { source in
        if let base = source.baseAddress {
          (block + place * count).update(from: base, count: count)
        }
      }
      columns.append(UnsafeBufferPointer(start: block + place * count, count: count))
    }
    self.block = block
    self.columns = columns
  }

  deinit { block.deallocate() }
}
