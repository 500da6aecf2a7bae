import CellEngine
import Foundation
import Testing

@Suite struct CompileCacheTests {
  /// A folder that is removed with the test.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/apus-cache-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func cache(mostBytes: Int = 1 << 20, circumstances: String = "here") -> CompileCache {
      CompileCache(folder: path, circumstances: circumstances, mostBytes: mostBytes)
    }

    var files: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" }
    }
  }

  private static let parts: CompileCache.Parts = [
    ("record", Array("{}".utf8)), ("library", (0..<5000).map { UInt8($0 & 0xFF) }), ("none", []),
  ]

  private func isWhole(_ parts: CompileCache.Parts?) -> Bool {
    guard let parts, parts.count == Self.parts.count else { return false }
    return zip(parts, Self.parts).allSatisfy { $0.name == $1.name && $0.bytes == $1.bytes }
  }

  @Test("what was stored is found under its key, and under no other")
  func roundTrip() {
    let folder = Folder()
    folder.cache().store(Self.parts, as: "a")
    #expect(isWhole(folder.cache().find("a")))
    #expect(folder.cache().find("b") == nil)
    #expect(folder.cache(circumstances: "elsewhere").find("a") == nil)
  }

  @Test("a file that was cut short or changed anywhere is not used, and goes away")
  func damage() throws {
    let folder = Folder()
    let cache = folder.cache()
    cache.store(Self.parts, as: "a")
    let file = try #require(folder.files.first)
    let whole = try Data(contentsOf: URL(filePath: file))
    for count in [0, 1, 11, 12, 44, 45, whole.count / 2, whole.count - 1] {
      try whole.prefix(count).write(to: URL(filePath: file))
      #expect(cache.find("a") == nil)
      #expect(folder.files.isEmpty)
    }
    for place in stride(from: 0, to: whole.count, by: 97) {
      var changed = whole
      changed[place] ^= 0x10
      try changed.write(to: URL(filePath: file))
      #expect(cache.find("a") == nil)
    }
    try whole.write(to: URL(filePath: file))
    #expect(isWhole(cache.find("a")))
  }

  @Test("the entries that were not used for longest go when there is too much")
  func trimming() throws {
    let folder = Folder()
    let cache = folder.cache(mostBytes: 6 * 8192)
    for index in 0..<10 {
      let before = Set(folder.files)
      cache.store(Self.parts, as: "\(index)")
      let file = try #require(Set(folder.files).subtracting(before).first)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: TimeInterval(1_000_000 + index))],
        ofItemAtPath: file)
    }
    #expect(isWhole(cache.find("0")))  // and so used just now
    cache.trim()
    #expect(cache.find("0") != nil)
    #expect(cache.find("1") == nil)
    #expect(cache.find("9") != nil)
    #expect(folder.files.count <= 5)
  }

  @Test("a folder that others can write to is not used")
  func foreignFolder() throws {
    let folder = Folder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777]
    )
    let cache = folder.cache()
    #expect(cache.folder == nil)
    #expect(cache.problem == "others can write to it")
    cache.store(Self.parts, as: "a")
    #expect(folder.files.isEmpty)
  }
}
