@_implementationOnly import CNumerics
@_implementationOnly import Synchronization

/// Tables from hashes of keys to rows, each for a part of the rows that a task fills alone.
final class HashedTable {
  /// A key: its word, and where its rows are listed.
  private struct Slot: BitwiseCopyable, Sendable {
    var word: UInt64 = 0
    /// Where the rows start; without duplicates the row itself.
    var first: UInt32 = 0
    /// How many rows; 0 marks a free slot.
    var count: UInt32 = 0
  }

  /// Where a part's slots lie.
  private struct Part {
    var base = 0
    var mask = 0
  }

  private let keys: KeyRows
  private let isExact: Bool
  private let nullsEqual: Bool
  private let bits: Int
  private let parts: [Part]
  private let slots: Values<Slot>
  /// The rows of all keys, those of one key side by side in their order.
  let rows: Values<UInt32>
  /// Whether no two rows have equal keys.
  let isUnique: Bool

  init(_ columns: [ColumnStorage], rowCount: Int, nullsEqual: Bool) throws(FrameError) {
    let keys = try KeyRows(columns)
    self.keys = keys
    self.nullsEqual = nullsEqual
    let isExact = keys.exactWords != nil || (!nullsEqual && keys.hasSingleWord)
    self.isExact = isExact
    let bits = DividedRows.bits(for: rowCount)
    self.bits = bits
    let leavesNulls = !nullsEqual && columns.contains { $0.validity != nil }
    let divided = try DividedRows(rowCount: rowCount, bits: bits) { rows, target in
      keys.fillWords(rows, isExact: isExact, to: target)
    } isKept: { row in
      !leavesNulls || !keys.hasNull(row)
    }
    var parts: [Part] = []
    var slotCount = 0
    for part in 0..<divided.partCount {
      let count = divided.starts[part + 1] - divided.starts[part]
      var capacity = 8
      while capacity * 3 < count * 4 { capacity *= 2 }
      parts.append(Part(base: slotCount, mask: capacity - 1))
      slotCount += capacity
    }
    self.parts = parts
    let hasDuplicates = Atomic<Bool>(false)
    let total = divided.starts[divided.partCount]
    let rowBuffer = Buffer(byteCount: total * 4)
    let listed = rowBuffer.base.bindMemory(to: UInt32.self, capacity: Swift.max(total, 1))
    slots = try withExtendedLifetime((divided, rowBuffer)) { () throws(FrameError) in
      try Values<Slot>(count: slotCount) { slots throws(FrameError) in
        try inParallel(divided.partCount) { part throws(FrameError) in
          let entries = divided.starts[part]..<divided.starts[part + 1]
          let table = slots + parts[part].base
          let mask = parts[part].mask
          table.update(repeating: Slot(), count: mask + 1)
          // First each key's slot and number of rows, its first row standing for the key; then
          // where its rows start; then the rows.
          for place in entries {
            let entry = divided.entries[place]
            var slot = HashedTable.home(of: entry.word) & mask
            while table[slot].count > 0 {
              if table[slot].word == entry.word,
                isExact || keys.isEqual(Int(entry.row), to: keys, Int(table[slot].first))
              {
                break
              }
              slot = (slot + 1) & mask
            }
            if table[slot].count == 0 {
              table[slot] = Slot(word: entry.word, first: entry.row, count: 0)
            } else if !hasDuplicates.load(ordering: .relaxed) {
              hasDuplicates.store(true, ordering: .relaxed)
            }
            table[slot].count &+= 1
            divided.entries[place].number = UInt32(truncatingIfNeeded: slot)
          }
        }
        guard hasDuplicates.load(ordering: .relaxed) else { return }
        try inParallel(divided.partCount) { part throws(FrameError) in
          let table = slots + parts[part].base
          var next = UInt32(truncatingIfNeeded: divided.starts[part])
          for slot in 0...parts[part].mask where table[slot].count > 0 {
            table[slot].first = next
            next &+= table[slot].count
            table[slot].count = 0
          }
          for place in divided.starts[part]..<divided.starts[part + 1] {
            let slot = Int(divided.entries[place].number)
            listed[Int(table[slot].first &+ table[slot].count)] = divided.entries[place].row
            table[slot].count &+= 1
          }
        }
      }
    }
    rows = Values(buffer: rowBuffer, start: 0, count: total)
    isUnique = !hasDuplicates.load(ordering: .relaxed)
  }

  /// Writes the matches of each row of the asking side.
  func find(
    _ columns: [ColumnStorage], rowCount: Int, firsts: UnsafeMutablePointer<UInt32>,
    counts: UnsafeMutablePointer<UInt32>?
  ) throws(FrameError) {
    let asking = try KeyRows(columns)
    // A table of exact words holds no null, so that a null finds nothing in it.
    let leavesNulls = (isExact || !nullsEqual) && columns.contains { $0.validity != nil }
    try slots.read { slots throws(FrameError) in
      try rows.read { listed throws(FrameError) in
        try inParallel(rows: rowCount) { rows throws(FrameError) in
          withUnsafeTemporaryAllocation(of: UInt64.self, capacity: keyBatchCount) { words in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: keyBatchCount) { places in
              guard let words = words.baseAddress, let places = places.baseAddress else { return }
              for start in stride(from: rows.lowerBound, to: rows.upperBound, by: keyBatchCount) {
                let batch = start..<Swift.min(start + keyBatchCount, rows.upperBound)
                asking.fillWords(batch, isExact: isExact, to: words)
                for place in 0..<batch.count {
                  let part = parts[DividedRows.part(of: words[place], bits: bits)]
                  places[place] = part.base + HashedTable.home(of: words[place]) & part.mask
                  apus_prefetch(slots + places[place])
                }
                for place in 0..<batch.count {
                  let row = start + place
                  let part = parts[DividedRows.part(of: words[place], bits: bits)]
                  var slot = places[place]
                  while true {
                    let found = slots[slot]
                    if found.count == 0 {
                      firsts[row] = RowSelection.missing
                      counts?[row] = 0
                      break
                    }
                    if found.word == words[place],
                      isExact
                        || asking.isEqual(
                          row, to: keys,
                          Int(isUnique ? found.first : listed[Int(found.first)]))
                    {
                      firsts[row] = found.first
                      counts?[row] = found.count
                      break
                    }
                    slot = part.base + (slot - part.base + 1) & part.mask
                  }
                }
              }
            }
          }
          guard leavesNulls else { return }
          for row in rows where asking.hasNull(row) {
            firsts[row] = RowSelection.missing
            counts?[row] = 0
          }
        }
      }
    }
  }

  @inline(__always)
  private static func home(of word: UInt64) -> Int {
    Int(truncatingIfNeeded: mix(word, 0x2545_f491_4f6c_dd1d) & 0xffff_ffff)
  }
}
