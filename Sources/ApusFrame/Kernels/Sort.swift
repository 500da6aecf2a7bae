/// The row numbers in the order of `keys`: stable, NaN as the greatest number, texts by their code
/// points.
///
/// A word a row holds the leading bits of all keys and the row's number, which makes words
/// different and the order stable. One pass divides the words by their leading bits; each part is
/// then sorted in the cache. Rows whose keys are not told apart by their words are compared.
func sortedRows(by keys: [SortColumn], rowCount: Int) throws(FrameError) -> Values<UInt32> {
  let packing = try SortPacking(keys, rowCount: rowCount)
  let partBits = Swift.min(
    packing.keyBits, Swift.max(0, Swift.min(11, 64 - rowCount.leadingZeroBitCount - 6)))
  let divided = Buffer(byteCount: rowCount * 8)
  let words = divided.base.bindMemory(to: UInt64.self, capacity: Swift.max(rowCount, 1))
  let starts = try packing.divide(into: words, partBits: partBits)
  let spareBuffer = Buffer(byteCount: rowCount * 8)
  let spare = spareBuffer.base.bindMemory(to: UInt64.self, capacity: Swift.max(rowCount, 1))
  let order = packing.isExact ? nil : RowOrder(keys)
  return try withExtendedLifetime((divided, spareBuffer)) { () throws(FrameError) in
    try Values(count: rowCount) { target throws(FrameError) in
      try inParallel(starts.count - 1) { part throws(FrameError) in
        let start = starts[part]
        let count = starts[part + 1] - start
        radixSort(words + start, spare + start, count, low: packing.rowBits)
        if let order { packing.settleTies(words + start, count, order) }
        for place in start..<(start + count) { target[place] = packing.row(of: words[place]) }
      }
    }
  }
}

/// The numbers of the rows that would be the first `count` of the sorted ones, in their order.
func firstRows(
  _ count: Int, by keys: [SortColumn], rowCount: Int
) throws(FrameError) -> Values<UInt32> {
  guard count > 0 else { return Values([]) }
  guard count * 8 < rowCount else {
    return try sortedRows(by: keys, rowCount: rowCount).sliced(0..<Swift.min(count, rowCount))
  }
  let packing = try SortPacking(keys, rowCount: rowCount)
  let chunks = RowRuns(rowCount: rowCount, count: rowCount / chunkRowCount + 1)
  let kept = try parallelMap(chunks.count) { chunk throws(FrameError) in
    packing.least(count, of: chunks[chunk])
  }
  var candidates = kept.flatMap { $0 }
  candidates.sort()
  // Words that tie with the last one at the cut may stand for lesser keys.
  let cut = candidates[Swift.min(count, candidates.count) - 1] >> UInt64(packing.rowBits)
  let order = RowOrder(keys)
  var rows =
    packing.isExact
    ? candidates.prefix(count).map(packing.row)
    : candidates.prefix { $0 >> UInt64(packing.rowBits) <= cut }.map(packing.row)
  if !packing.isExact { rows.sort(by: order.isLess) }
  return Values(Array(rows.prefix(count)))
}
