@_implementationOnly import Synchronization

/// How much memory frames take, and how much they may.
///
///     FrameMemory.limit = 4 << 30
///
/// A query that would need more ends with an error that names its step, before the memory is
/// touched; what was there before stays.
public enum FrameMemory {
  private static let used = Atomic<Int>(0)
  private static let ceiling = Atomic<Int>(.max)

  /// How many bytes columns and running queries hold.
  public static var byteCount: Int { used.load(ordering: .relaxed) }

  /// How many bytes columns and queries of this process may hold together; nothing for as many as
  /// there are.
  public static var limit: Int? {
    get {
      let bytes = ceiling.load(ordering: .relaxed)
      return bytes == .max ? nil : bytes
    }
    set { ceiling.store(newValue ?? .max, ordering: .relaxed) }
  }

  static func took(_ byteCount: Int) {
    used.wrappingAdd(byteCount, ordering: .relaxed)
  }

  static func gave(_ byteCount: Int) {
    used.wrappingSubtract(byteCount, ordering: .relaxed)
  }

  /// Throws when more is held than may be. Steps come here between taking memory and filling it;
  /// the executor says which step it was.
  @inline(__always)
  static func check() throws(FrameError) {
    let limit = ceiling.load(ordering: .relaxed)
    guard limit < .max, used.load(ordering: .relaxed) > limit else { return }
    throw exceeded(limit)
  }

  /// Throws when so many bytes more, of what columns do not count, would be more than may be held.
  static func check(adding byteCount: Int) throws(FrameError) {
    let limit = ceiling.load(ordering: .relaxed)
    guard limit < .max, used.load(ordering: .relaxed) + byteCount > limit else { return }
    throw exceeded(limit)
  }

  @inline(never)
  private static func exceeded(_ limit: Int) -> FrameError {
    FrameError(
      code: .memoryLimit,
      what: "the query needs more than the \(limit >> 20) MiB that FrameMemory.limit allows",
      place: "", mend: "select fewer columns, filter first, or raise the limit")
  }
}
