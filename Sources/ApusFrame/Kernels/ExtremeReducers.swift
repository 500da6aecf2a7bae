/// The best value of a group so far, if there was one.
struct Extreme<Value: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  var value: Value
  var isFound = false

  @inline(__always)
  mutating func take(_ next: Value, isBetter: Bool) {
    if !isFound || isBetter { value = next }
    isFound = true
  }
}

/// The greatest of whole numbers.
struct Greatest<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Reducer {
  static var isUnordered: Bool { true }
  let source: UnsafePointer<Element>
  var initial: Extreme<Element> { Extreme(value: 0) }

  @inline(__always)
  func update(_ state: inout Extreme<Element>, _ row: Int) {
    state.take(source[row], isBetter: source[row] > state.value)
  }

  func merge(_ state: inout Extreme<Element>, _ other: Extreme<Element>) {
    if other.isFound { state.take(other.value, isBetter: other.value > state.value) }
  }
}

/// The least of whole numbers.
struct Least<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Reducer {
  static var isUnordered: Bool { true }
  let source: UnsafePointer<Element>
  var initial: Extreme<Element> { Extreme(value: 0) }

  @inline(__always)
  func update(_ state: inout Extreme<Element>, _ row: Int) {
    state.take(source[row], isBetter: source[row] < state.value)
  }

  func merge(_ state: inout Extreme<Element>, _ other: Extreme<Element>) {
    if other.isFound { state.take(other.value, isBetter: other.value < state.value) }
  }
}

/// The greatest of floating-point numbers, of equal ones the first; NaN where there is nothing else.
struct GreatestNumber<Element: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Reducer {
  static var isUnordered: Bool { false }
  let source: UnsafePointer<Element>
  var initial: Extreme<Element> { Extreme(value: 0) }

  @inline(__always)
  func update(_ state: inout Extreme<Element>, _ row: Int) {
    state.take(source[row], isBetter: source[row] > state.value || state.value.isNaN)
  }

  func merge(_ state: inout Extreme<Element>, _ other: Extreme<Element>) {
    guard other.isFound else { return }
    state.take(other.value, isBetter: other.value > state.value || state.value.isNaN)
  }
}

/// The least of floating-point numbers, of equal ones the first; NaN where there is nothing else.
struct LeastNumber<Element: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Reducer {
  static var isUnordered: Bool { false }
  let source: UnsafePointer<Element>
  var initial: Extreme<Element> { Extreme(value: 0) }

  @inline(__always)
  func update(_ state: inout Extreme<Element>, _ row: Int) {
    state.take(source[row], isBetter: source[row] < state.value || state.value.isNaN)
  }

  func merge(_ state: inout Extreme<Element>, _ other: Extreme<Element>) {
    guard other.isFound else { return }
    state.take(other.value, isBetter: other.value < state.value || state.value.isNaN)
  }
}

/// Whether a bit is the greatest or the least.
struct BitExtreme: Reducer {
  static let isUnordered = true
  let bits: Bitmap
  let wantsGreatest: Bool
  let initial = Extreme(value: false)

  @inline(__always)
  func update(_ state: inout Extreme<Bool>, _ row: Int) { take(bits[row], &state) }

  func merge(_ state: inout Extreme<Bool>, _ other: Extreme<Bool>) {
    if other.isFound { take(other.value, &state) }
  }

  @inline(__always)
  private func take(_ bit: Bool, _ state: inout Extreme<Bool>) {
    state.take(bit, isBetter: bit == wantsGreatest)
  }
}

/// The row of the least or greatest value, of equal ones the first; -1 for none.
struct RowExtreme<Element: Comparable>: Reducer {
  static var isUnordered: Bool { false }
  let source: UnsafePointer<Element>
  let wantsGreatest: Bool
  var initial: Int32 { -1 }

  @inline(__always)
  func update(_ best: inout Int32, _ row: Int) {
    if best < 0 || isBetter(source[row], source[Int(best)]) {
      best = Int32(truncatingIfNeeded: row)
    }
  }

  func merge(_ best: inout Int32, _ other: Int32) {
    if other >= 0 { update(&best, Int(other)) }
  }

  @inline(__always)
  private func isBetter(_ next: Element, _ best: Element) -> Bool {
    wantsGreatest ? next > best : next < best
  }
}

/// The row of the least or greatest text, of equal ones the first; -1 for none.
struct TextExtreme: Reducer {
  static let isUnordered = false
  let texts: StringReader
  let wantsGreatest: Bool
  let initial = Int32(-1)

  @inline(__always)
  func update(_ best: inout Int32, _ row: Int) {
    if best >= 0 {
      let order = texts.order(row, texts, Int(best))
      guard wantsGreatest ? order > 0 : order < 0 else { return }
    }
    best = Int32(truncatingIfNeeded: row)
  }

  func merge(_ best: inout Int32, _ other: Int32) {
    if other >= 0 { update(&best, Int(other)) }
  }
}
