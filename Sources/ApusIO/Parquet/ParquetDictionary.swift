internal import ApusFrame

@_implementationOnly import CFormats

/// The different values of a column and the number of each row's.
struct ParquetDictionary {
  /// In which row each value stands first.
  private(set) var rows: [UInt32] = []
  /// The number of each row's value.
  private(set) var codes: [UInt] = []

  /// How many values, and how many of their bytes, a dictionary has at most.
  private static let valueLimit = 1 << 17
  private static let byteLimit = 4 << 20

  /// The dictionary of a column without nulls, or nothing when it would not pay.
  init?(_ column: ColumnStorage) {
    let count = column.count
    guard count > 0 else { return nil }
    let limit = Swift.min(ParquetDictionary.valueLimit, count / 2 + 8)
    codes.reserveCapacity(count)
    switch StoredColumn(column) {
    case .bits, .list, .structure: return nil
    case .fixed(let buffer, let start, let width):
      guard width <= 8, numbers(buffer.base + start, width, count, limit) else { return nil }
      withExtendedLifetime(buffer) {}
    case .texts(let texts):
      if let (numbers, list) = texts.listed, list.count <= count {
        guard listed(numbers, list, limit) else { return nil }
      } else {
        guard self.texts(texts, limit) else { return nil }
      }
    case .codes(let codes): guard self.texts(codes.texts, limit) else { return nil }
    }
  }

  private static func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(
      by: right ^ 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
  }

  private mutating func numbers(
    _ source: UnsafeRawPointer, _ width: Int, _ count: Int, _ limit: Int
  ) -> Bool {
    func key(_ row: Int) -> UInt64 {
      switch width {
      case 1: UInt64(source.load(fromByteOffset: row, as: UInt8.self))
      case 2: UInt64(source.load(fromByteOffset: row * 2, as: UInt16.self))
      case 4: UInt64(source.load(fromByteOffset: row * 4, as: UInt32.self))
      default: source.load(fromByteOffset: row * 8, as: UInt64.self)
      }
    }
    return fill(count, limit, hash: { ParquetDictionary.mixed(key($0), 0) }) {
      key($0) == key($1)
    }
  }

  /// Texts that are kept as numbers: those of the list that occur, in the order in which they do.
  private mutating func listed(
    _ numbers: Values<UInt32>, _ list: CategoryList, _ limit: Int
  ) -> Bool {
    var known = [UInt](repeating: .max, count: list.count)
    var byteCount = 0
    return list.texts.read { reader in
      let count = numbers.count
      return numbers.read { numbers in
        for row in 0..<count {
          let number = Int(numbers[row])
          if known[number] == .max {
            byteCount += reader.bytes(number).count
            guard rows.count < limit, byteCount <= ParquetDictionary.byteLimit else { return false }
            known[number] = UInt(rows.count)
            rows.append(UInt32(row))
          }
          codes.append(known[number])
        }
        return true
      }
    }
  }

  private mutating func texts(_ texts: StringColumn, _ limit: Int) -> Bool {
    var byteCount = 0
    return texts.read { reader in
      fill(
        texts.count, limit,
        hash: { row in
          let text = reader.bytes(row)
          var state = UInt64(text.count)
          guard let base = UnsafeRawPointer(text.baseAddress) else { return state }
          var place = 0
          while place + 8 <= text.count {
            state = ParquetDictionary.mixed(
              state, base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
          }
          var rest: UInt64 = 0
          while place < text.count {
            rest = rest << 8 | UInt64(text[place])
            place += 1
          }
          return ParquetDictionary.mixed(state, rest)
        },
        isEqual: { left, right in
          let (a, b) = (reader.bytes(left), reader.bytes(right))
          guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else {
            return a.count == b.count
          }
          return apus_compare(x, a.count, y, b.count) == 0
        },
        isFull: { row in
          byteCount += reader.bytes(row).count
          return byteCount > ParquetDictionary.byteLimit
        })
    }
  }

  private mutating func fill(
    _ count: Int, _ limit: Int, hash: (Int) -> UInt64, isEqual: (Int, Int) -> Bool,
    isFull: (Int) -> Bool = { _ in false }
  ) -> Bool {
    var slots = [UInt32](repeating: 0, count: 1 << 12)
    var mask = slots.count - 1
    var hashes: [UInt64] = []
    for row in 0..<count {
      let found = hash(row)
      var slot = Int(truncatingIfNeeded: found) & mask
      while slots[slot] != 0, !isEqual(Int(rows[Int(slots[slot]) - 1]), row) {
        slot = (slot + 1) & mask
      }
      if slots[slot] == 0 {
        guard rows.count < limit, !isFull(row) else { return false }
        rows.append(UInt32(row))
        hashes.append(found)
        slots[slot] = UInt32(rows.count)
        if rows.count * 2 > slots.count {
          slots = [UInt32](repeating: 0, count: slots.count * 4)
          mask = slots.count - 1
          for (number, hash) in hashes.enumerated() {
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = UInt32(number + 1)
          }
          codes.append(UInt(rows.count - 1))
          continue
        }
      }
      codes.append(UInt(slots[slot]) - 1)
    }
    return true
  }
}
