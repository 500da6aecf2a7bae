internal import Glibc
package import OrderedJSON

/// Which toolchain an installation was made with: `lib/apus/toolchain.json`.
package struct ToolchainRecord: Sendable, Equatable {
  /// What tells one compiler's file from another without running it.
  package struct FileMark: Sendable, Equatable {
    package var byteCount: Int
    package var modifiedSeconds: Int

    package init(of path: String) throws(CellEngineError) {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw CellEngineError(.toolchain, String(cString: strerror(errno)), place: path)
      }
      byteCount = Int(status.st_size)
      modifiedSeconds = status.st_mtim.tv_sec
    }

    init(byteCount: Int, modifiedSeconds: Int) {
      self.byteCount = byteCount
      self.modifiedSeconds = modifiedSeconds
    }
  }

  package var root: String
  package var version: String
  package var file: FileMark

  /// The record of `toolchain` as it is now.
  package init(of toolchain: Toolchain) throws(CellEngineError) {
    root = toolchain.root
    version = try toolchain.version()
    file = try FileMark(of: toolchain.frontend)
  }

  /// Reads the record at `path`.
  package init(file path: String) throws(CellEngineError) {
    let json = try? JSONParser.parse(try FileBytes.read(path))
    guard let json, let root = json["root"]?.string, let version = json["version"]?.string,
      let byteCount = json["byteCount"]?.int, let seconds = json["modifiedSeconds"]?.int
    else {
      throw CellEngineError(
        .installation, "the record of the toolchain cannot be read", place: path,
        mend: "run `apus install --rebuild`")
    }
    self.root = root
    self.version = version
    file = FileMark(byteCount: byteCount, modifiedSeconds: seconds)
  }

  package var json: JSON {
    [
      "root": .string(root), "version": .string(version), "byteCount": .number(file.byteCount),
      "modifiedSeconds": .number(file.modifiedSeconds),
    ]
  }

  /// Writes the record, whole or not at all.
  package func write(to path: String) throws(CellEngineError) {
    try FileBytes.write(Array((JSONWriter(indent: 1).text(of: json) + "\n").utf8), to: path + "~")
    // Readable for every user of the installation.
    guard chmod(path + "~", 0o644) == 0, rename(path + "~", path) == 0 else {
      throw CellEngineError(.file, String(cString: strerror(errno)), place: path)
    }
  }
}

extension Toolchain {
  /// What its compiler calls itself, as "Swift version 6.3.1 (swift-6.3.1-RELEASE)".
  package func version() throws(CellEngineError) -> String {
    let (ending, text) = try CommandOutput.run([frontend, "--version"])
    guard ending == .exited(0), let line = text.split(separator: "\n").first else {
      throw CellEngineError(
        .toolchain, "the compiler does not say its version", place: frontend,
        mend: "install a whole Swift toolchain for Linux")
    }
    return String(line)
  }
}

/// Runs a program to its end and collects what it writes.
enum CommandOutput {
  static func run(
    _ command: [String]
  ) throws(CellEngineError) -> (ending: ChildProcess.Ending, text: String) {
    let pipe = try DescriptorPair.pipe()
    defer { close(pipe.read) }
    let process: ChildProcess
    do {
      defer { close(pipe.write) }
      process = try ChildProcess.start(command, descriptors: [(1, pipe.write), (2, pipe.write)])
    }
    let text = DescriptorPair.readToEnd(pipe.read)
    return (process.wait(), String(decoding: text, as: UTF8.self))
  }
}
