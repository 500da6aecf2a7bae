/// How many keys the dictionaries take at once.
let keyBatchCount = 1024

/// Numbers words from 0 in the order of their first appearance: open addressing, at most half full.
final class WordDictionary {
  private struct Slot: BitwiseCopyable, Sendable {
    var key: UInt64 = 0
    /// The key's code plus 1; 0 marks a free slot.
    var mark: UInt32 = 0
  }

  private var slots: UnsafeMutableBufferPointer<Slot>
  private var bits = 11
  /// The keys in the order of their codes.
  private(set) var keys: [UInt64] = []

  init() {
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot())
  }

  deinit { slots.deallocate() }

  /// How many keys there are.
  var count: Int { keys.count }

  /// Writes the codes of `count` keys, at most a batch, to `codes`; new keys get new codes.
  func encode(
    _ batch: UnsafePointer<UInt64>, _ count: Int, to codes: UnsafeMutablePointer<UInt32>
  ) {
    if (keys.count + count) * 2 > slots.count { grow(toHold: keys.count + count) }
    guard let table = slots.baseAddress else { return }
    let mask = slots.count - 1
    for place in 0..<count {
      let key = batch[place]
      var slot = Int(truncatingIfNeeded: mix(key, 0)) & mask
      while true {
        let found = table[slot]
        if found.mark == 0 {
          keys.append(key)
          table[slot] = Slot(key: key, mark: UInt32(keys.count))
          codes[place] = UInt32(keys.count - 1)
          break
        }
        if found.key == key {
          codes[place] = found.mark &- 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  /// Writes the codes of `count` keys to `codes`, `.max` for those that have none.
  func find(
    _ batch: UnsafePointer<UInt64>, _ count: Int, to codes: UnsafeMutablePointer<UInt32>
  ) {
    guard let table = slots.baseAddress else { return }
    let mask = slots.count - 1
    for place in 0..<count {
      let key = batch[place]
      var slot = Int(truncatingIfNeeded: mix(key, 0)) & mask
      var found = table[slot]
      while found.mark != 0 && found.key != key {
        slot = (slot + 1) & mask
        found = table[slot]
      }
      codes[place] = found.mark &- 1
    }
  }

  private func grow(toHold count: Int) {
    while 1 << bits < count * 2 { bits += 2 }
    slots.deallocate()
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot())
    let mask = slots.count - 1
    for (code, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: mix(key, 0)) & mask
      while slots[slot].mark != 0 { slot = (slot + 1) & mask }
      slots[slot] = Slot(key: key, mark: UInt32(code + 1))
    }
  }
}
