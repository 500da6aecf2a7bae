internal import Glibc

/// Where the parts of Apus are that a session needs.
package struct Installation: Sendable, Equatable {
  /// The program in which cells run.
  package var worker: String
  /// The library that cells use.
  package var library: String
  /// Folders with the modules that cells import.
  package var moduleFolders: [String]
  /// Module maps of the C doors that those modules stand on.
  package var moduleMaps: [String]

  package init(worker: String, library: String, moduleFolders: [String], moduleMaps: [String]) {
    self.worker = worker
    self.library = library
    self.moduleFolders = moduleFolders
    self.moduleMaps = moduleMaps
  }

  /// The parts beside `program` (by default the running one): installed (`bin/apus`,
  /// `lib/apus/…`) or in a build folder.
  package static func locate(program: String? = nil) throws(CellEngineError) -> Installation {
    let path = program ?? resolved("/proc/self/exe") ?? "apus"
    let folder = path.split(separator: "/").dropLast()
    let own = "/" + folder.joined(separator: "/")
    let prefix = "/" + folder.dropLast().joined(separator: "/")
    let candidates = [
      Installation(
        worker: "\(own)/apus-worker", library: "\(prefix)/lib/apus/libApus.so",
        moduleFolders: ["\(prefix)/lib/apus/modules"],
        moduleMaps: ["\(prefix)/lib/apus/modules/CNumerics/module.modulemap"]),
      Installation(
        worker: "\(own)/apus-worker", library: "\(own)/libApus.so",
        moduleFolders: ["\(own)/Modules"], moduleMaps: []),
    ]
    for candidate in candidates
    where access(candidate.worker, X_OK) == 0 && access(candidate.library, R_OK) == 0 {
      return candidate
    }
    throw CellEngineError(
      .installation, "apus-worker and libApus.so are not beside this program", place: own,
      mend: "run `make install`, or build both products")
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
