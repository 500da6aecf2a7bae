/// Numbers keys from 0 in the order of their first appearance: open addressing, at most half full.
struct KeyTable {
  /// The code of each slot plus 1; 0 marks a free slot.
  private var slots: [UInt32]
  private var keys: [UInt64] = []
  private var mask: Int

  init(expecting count: Int = 0) {
    let capacity = tableCapacity(expecting: count)
    slots = Array(repeating: 0, count: capacity)
    mask = capacity - 1
  }

  /// How many keys there are.
  var count: Int { keys.count }

  /// The key's code, a new one if it is new.
  @inline(__always)
  mutating func code(of key: UInt64) -> UInt32 {
    var slot = Int(truncatingIfNeeded: mix(key, 0)) & mask
    while slots[slot] != 0 {
      let code = slots[slot] - 1
      if keys[Int(code)] == key { return code }
      slot = (slot + 1) & mask
    }
    keys.append(key)
    slots[slot] = UInt32(keys.count)
    if keys.count * 2 > slots.count { grow() }
    return UInt32(keys.count - 1)
  }

  private mutating func grow() {
    let capacity = slots.count * 2
    slots = Array(repeating: 0, count: capacity)
    mask = capacity - 1
    for (code, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: mix(key, 0)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code + 1)
    }
  }
}

/// Numbers the texts of a column from 0 in the order of their first appearance.
struct TextTable {
  private var slots: [UInt32] = Array(repeating: 0, count: 16)
  private var hashes: [UInt64] = []
  /// The row in which each code's text first stands.
  private(set) var rows: [Int] = []
  private var mask = 15

  /// The code of a row's text, a new one if it is new. Every row is of the same `texts`.
  @inline(__always)
  mutating func code(of row: Int, in texts: StringReader) -> UInt32 {
    let hash = texts.hash(row)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let code = Int(slots[slot] - 1)
      if hashes[code] == hash, texts.isEqual(rows[code], to: texts, row) { return UInt32(code) }
      slot = (slot + 1) & mask
    }
    rows.append(row)
    hashes.append(hash)
    slots[slot] = UInt32(rows.count)
    if rows.count * 2 > slots.count { grow() }
    return UInt32(rows.count - 1)
  }

  /// Whether a row's text has a code; the coded texts are those of `list`.
  @inline(__always)
  func contains(_ row: Int, of texts: StringReader, codesFrom list: StringReader) -> Bool {
    let hash = texts.hash(row)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let code = Int(slots[slot] - 1)
      if hashes[code] == hash, list.isEqual(rows[code], to: texts, row) { return true }
      slot = (slot + 1) & mask
    }
    return false
  }

  private mutating func grow() {
    let capacity = slots.count * 2
    slots = Array(repeating: 0, count: capacity)
    mask = capacity - 1
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code + 1)
    }
  }
}

private func tableCapacity(expecting count: Int) -> Int {
  var capacity = 16
  while capacity < count * 2 { capacity *= 2 }
  return capacity
}
