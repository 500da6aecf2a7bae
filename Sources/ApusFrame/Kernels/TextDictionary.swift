@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Numbers texts from 0 in the order of their first appearance.
///
/// Short texts are compared as the two words of their views. Longer ones are copied into a store of
/// the dictionary's own: to compare with the text in its column would miss the cache in each row.
package final class TextDictionary {
  private struct Slot: BitwiseCopyable, Sendable {
    /// The view's first word: length and first bytes.
    var low: UInt64 = 0
    /// A short text's second word, else where the store holds it (upper half) and its hash.
    var high: UInt64 = 0
    /// The text's code plus 1; 0 marks a free slot.
    var mark: UInt32 = 0
  }

  private var slots: UnsafeMutableBufferPointer<Slot>
  private var bits = 11
  private var hashes: [UInt64] = []
  private var store: UnsafeMutableRawPointer
  private var storeByteCount = 1 << 12
  private var storeUsed = 0
  private let batchHashes = UnsafeMutablePointer<UInt64>.allocate(capacity: keyBatchCount)
  /// The row in which each text was met first, in the order of the codes.
  package private(set) var firstRows: [UInt32] = []

  package init() {
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot())
    store = .allocate(byteCount: storeByteCount, alignment: 8)
  }

  deinit {
    slots.deallocate()
    store.deallocate()
    batchHashes.deallocate()
  }

  /// How many texts there are.
  var count: Int { firstRows.count }

  /// Writes the codes of the texts in `rows`, at most a batch, to `codes`; new texts get new codes.
  package func encode(
    _ texts: StringReader, _ rows: Range<Int>, to codes: UnsafeMutablePointer<UInt32>
  ) {
    if (count + rows.count) * 2 > slots.count { grow(toHold: count + rows.count) }
    hashBatch(texts, rows.lowerBound, rows.count)
    for place in 0..<rows.count {
      let row = rows.lowerBound + place
      codes[place] = code(of: row, in: texts, hash: batchHashes[place], isAdded: true)
    }
  }

  /// Writes the codes of the texts that `rows` name, at most a batch, to `codes`.
  func encode(
    _ texts: StringReader, rows: ArraySlice<UInt32>, to codes: UnsafeMutablePointer<UInt32>
  ) {
    if (count + rows.count) * 2 > slots.count { grow(toHold: count + rows.count) }
    for (place, row) in rows.enumerated() {
      codes[place] = code(of: Int(row), in: texts, hash: texts.hash(Int(row)), isAdded: true)
    }
  }

  /// Writes the codes of the texts in `rows` to `codes`, `.max` for those that have none.
  /// Several threads may ask at once.
  func find(
    _ texts: StringReader, _ rows: Range<Int>, to codes: UnsafeMutablePointer<UInt32>
  ) {
    for place in 0..<rows.count {
      let row = rows.lowerBound + place
      codes[place] = code(of: row, in: texts, hash: texts.hash(row), isAdded: false)
    }
  }

  @inline(__always)
  private func hashBatch(_ texts: StringReader, _ first: Int, _ count: Int) {
    let mask = slots.count - 1
    guard let table = slots.baseAddress else { return }
    if bits > 13 {
      for place in 0..<count {
        let hash = texts.hash(first + place)
        batchHashes[place] = hash
        apus_prefetch(table + Int(truncatingIfNeeded: hash) & mask)
      }
    } else {
      for place in 0..<count { batchHashes[place] = texts.hash(first + place) }
    }
  }

  @inline(__always)
  private func code(
    of row: Int, in texts: StringReader, hash: UInt64, isAdded: Bool
  ) -> UInt32 {
    guard let table = slots.baseAddress else { return .max }
    let mask = slots.count - 1
    let view = texts.views[row]
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found.mark == 0 {
        guard isAdded else { return .max }
        let high = view.isInline ? view.high : kept(texts, view) << 32 | hash >> 32
        firstRows.append(UInt32(truncatingIfNeeded: row))
        hashes.append(hash)
        table[slot] = Slot(low: view.low, high: high, mark: UInt32(firstRows.count))
        return UInt32(firstRows.count - 1)
      }
      if found.low == view.low {
        if view.isInline {
          if found.high == view.high { return found.mark &- 1 }
        } else if found.high & 0xffff_ffff == hash >> 32,
          memcmp(store + Int(found.high >> 32) * 8, texts.longBytes(view), view.byteCount) == 0
        {
          return found.mark &- 1
        }
      }
      slot = (slot + 1) & mask
    }
  }

  /// Copies a long text into the store; where it begins there, in units of eight bytes.
  @inline(never)
  private func kept(_ texts: StringReader, _ view: StringView) -> UInt64 {
    let wanted = (view.byteCount + 7) & ~7
    if storeUsed + wanted > storeByteCount {
      let larger = Swift.max(storeByteCount * 2, storeUsed + wanted)
      precondition(larger / 8 <= Int(UInt32.max), "more than 32 GiB of different texts")
      let next = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
      next.copyMemory(from: store, byteCount: storeUsed)
      store.deallocate()
      store = next
      storeByteCount = larger
    }
    let start = storeUsed
    (store + start).copyMemory(from: texts.longBytes(view), byteCount: view.byteCount)
    storeUsed += wanted
    return UInt64(start / 8)
  }

  private func grow(toHold count: Int) {
    let old = slots
    defer { old.deallocate() }
    while 1 << bits < count * 2 { bits += 2 }
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot())
    let mask = slots.count - 1
    for slot in old where slot.mark != 0 {
      var place = Int(truncatingIfNeeded: hashes[Int(slot.mark) - 1]) & mask
      while slots[place].mark != 0 { place = (place + 1) & mask }
      slots[place] = slot
    }
  }
}
