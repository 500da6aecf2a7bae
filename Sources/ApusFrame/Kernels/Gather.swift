@_implementationOnly import CNumerics

/// Which rows to take: their numbers, in any order and as often as wanted.
struct RowSelection {
  /// The row that stands for none: its values are null.
  static let missing = UInt32.max

  var rows: Values<UInt32>
  /// Whether some rows are `missing`.
  var mayMiss = false
  /// Whether neighbours in the selection are far apart in the source, as after a sort.
  var isScattered = false
}

/// The values of several columns at the selected rows.
///
/// Tasks take slices of the selection, all columns in turn, so that the row numbers stay in the
/// cache. Where neighbours are far apart, columns are first laid side by side in records: one miss
/// of the cache a row then serves all of them.
func gathered(
  _ columns: [ColumnStorage], _ selection: RowSelection
) throws(FrameError) -> [ColumnStorage] {
  guard let sourceCount = columns.first?.count else { return [] }
  let count = selection.rows.count
  guard sourceCount > 0 else {
    return columns.map { .repeating(.null, type: $0.type, count: count) }
  }
  if columns.contains(where: { $0.type.isNested }) {
    return try gatheredApart(columns, selection)
  }
  let parts = columns.map { GatherPart($0, count: count, mayMiss: selection.mayMiss) }
  let records =
    selection.isScattered && sourceCount >= 1 << 16 && count >= sourceCount / 2
    ? try GatherRecords(parts, rowCount: sourceCount) : nil
  try selection.rows.read { rows throws(FrameError) in
    try inParallel(rows: count, by: 1 << 13) { slice throws(FrameError) in
      records?.gather(rows, slice)
      for (place, part) in parts.enumerated() {
        if records?.holds(place) != true {
          part.gatherValues(rows, slice, isScattered: selection.isScattered)
        }
        part.gatherValidity(rows, slice, mayMiss: selection.mayMiss)
      }
    }
  }
  return withExtendedLifetime(records) {
    zip(columns, parts).map { column, part in part.column(like: column) }
  }
}

/// The values of columns of which some are lists or structs: these gather their own parts.
private func gatheredApart(
  _ columns: [ColumnStorage], _ selection: RowSelection
) throws(FrameError) -> [ColumnStorage] {
  let flat = try gathered(columns.filter { !$0.type.isNested }, selection)
  var next = 0
  return columns.map { column in
    guard !column.type.isNested else { return column.gathered(selection.rows) }
    next += 1
    return flat[next - 1]
  }
}

/// One column on its way: where its values come from, and where they go.
final class GatherPart {
  /// Bytes a value; 0 where values are bits.
  let width: Int
  let source: UnsafeRawPointer
  let target: UnsafeMutableRawPointer
  private let count: Int
  private let targetBuffer: Buffer
  private let sourceValidity: Bitmap?
  private let validityBuffer: Buffer?
  private let owner: Buffer

  init(_ column: ColumnStorage, count: Int, mayMiss: Bool) {
    self.count = count
    let memory = column.fixedMemory
    width = memory.width
    owner = memory.owner
    source = memory.start
    targetBuffer = Buffer(
      byteCount: width == 0 ? Bitmap.wordCount(count) * 8 : count * width)
    target = targetBuffer.base
    sourceValidity = column.validity
    validityBuffer =
      column.validity != nil || mayMiss ? Buffer(byteCount: Bitmap.wordCount(count) * 8) : nil
  }

  /// Takes the values of `slice`, which starts at a multiple of 64.
  func gatherValues(
    _ rows: UnsafePointer<UInt32>, _ slice: Range<Int>, isScattered: Bool
  ) {
    let ahead = isScattered ? 16 : 0
    switch width {
    case 1: gather(UInt8.self, rows, slice, ahead)
    case 2: gather(UInt16.self, rows, slice, ahead)
    case 0: GatherPart.gatherBits(source, target, rows, slice)
    case 4: gather(UInt32.self, rows, slice, ahead)
    case 8: gather(UInt64.self, rows, slice, ahead)
    default: gather(StringView.self, rows, slice, ahead)
    }
  }

  func gatherValidity(_ rows: UnsafePointer<UInt32>, _ slice: Range<Int>, mayMiss: Bool) {
    guard let validityBuffer else { return }
    if let sourceValidity {
      sourceValidity.words.read {
        GatherPart.gatherBits(UnsafeRawPointer($0), validityBuffer.base, rows, slice)
      }
    }
    guard mayMiss else { return }
    let words = validityBuffer.base.assumingMemoryBound(to: UInt64.self)
    for first in stride(from: slice.lowerBound, to: slice.upperBound, by: 64) {
      var bits: UInt64 = 0
      for offset in 0..<Swift.min(64, slice.upperBound - first) {
        bits |= (rows[first + offset] == RowSelection.missing ? 0 : 1) << UInt64(offset)
      }
      words[first >> 6] = sourceValidity == nil ? bits : words[first >> 6] & bits
    }
  }

  /// The column of what was gathered.
  func column(like column: ColumnStorage) -> ColumnStorage {
    let validity = validityBuffer.map {
      Bitmap(words: Values(buffer: $0, start: 0, count: Bitmap.wordCount(count)), count: count)
    }
    return column.withFixedMemory(targetBuffer, count: count, validity: validity)
  }

  @inline(__always)
  private func gather<Element>(
    _ type: Element.Type, _ rows: UnsafePointer<UInt32>, _ slice: Range<Int>, _ ahead: Int
  ) {
    let source = source.assumingMemoryBound(to: Element.self)
    let target = target.assumingMemoryBound(to: Element.self)
    var place = slice.lowerBound
    while ahead > 0, place < slice.upperBound - ahead {
      apus_prefetch(source + GatherPart.present(rows[place + ahead]))
      target[place] = source[GatherPart.present(rows[place])]
      place &+= 1
    }
    while place < slice.upperBound {
      target[place] = source[GatherPart.present(rows[place])]
      place &+= 1
    }
  }

  /// The row, or the first for the missing one, whose value nobody reads.
  @inline(__always)
  static func present(_ row: UInt32) -> Int { row == RowSelection.missing ? 0 : Int(row) }

  private static func gatherBits(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ rows: UnsafePointer<UInt32>,
    _ slice: Range<Int>
  ) {
    let source = source.assumingMemoryBound(to: UInt64.self)
    let target = target.assumingMemoryBound(to: UInt64.self)
    for first in stride(from: slice.lowerBound, to: slice.upperBound, by: 64) {
      var bits: UInt64 = 0
      for offset in 0..<Swift.min(64, slice.upperBound - first) {
        let row = present(rows[first + offset])
        bits |= (source[row >> 6] >> UInt64(row & 63) & 1) << UInt64(offset)
      }
      target[first >> 6] = bits
    }
  }
}
