internal import ApusCell
internal import Glibc

/// A place in a source file, found from a place in code.
struct SourcePlace: Sendable, Equatable {
  /// The function, mangled; `Swift runtime failure: …` for what the compiler put in.
  var function: String
  var file: String
  var line: Int
  var column: Int
}

/// Looks up code places in debug information with the toolchain's `llvm-symbolizer`.
struct Symbolizer: Sendable {
  let toolchain: Toolchain

  /// The source places of `places`, innermost first, inlined functions unfolded. Empty where the
  /// program cannot be run: a traceback without lines is better than none.
  func lookUp(_ places: [LinkCodePlace]) -> [SourcePlace] {
    guard !places.isEmpty, access(toolchain.symbolizer, X_OK) == 0 else { return [] }
    let questions = places.map { "\($0.library) 0x" + String($0.offset, radix: 16) }
    let command =
      [toolchain.symbolizer, "--inlining", "--no-demangle", "--basenames", "--output-style=GNU"]
      + questions
    guard let text = output(of: command) else { return [] }
    return Self.parse(text)
  }

  /// Pairs of lines: a function, then `file:line:column` (or `file:line`).
  static func parse(_ text: String) -> [SourcePlace] {
    let lines = text.split(separator: "\n")
    return stride(from: 0, to: lines.count - 1, by: 2).compactMap { index in
      let parts = lines[index + 1].split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count >= 2 else { return nil }
      let hasColumn =
        parts.count >= 3 && Int(parts[parts.count - 1]) != nil
        && Int(parts[parts.count - 2]) != nil
      let linePart = parts[parts.count - (hasColumn ? 2 : 1)]
      let fileParts = parts.dropLast(hasColumn ? 2 : 1)
      return SourcePlace(
        function: String(lines[index]), file: fileParts.joined(separator: ":"),
        line: Int(linePart.prefix { $0.isNumber }) ?? 0,
        column: hasColumn ? Int(parts[parts.count - 1]) ?? 0 : 0)
    }
  }

  private func output(of command: [String]) -> String? {
    guard let pipe = try? DescriptorPair.pipe() else { return nil }
    defer { close(pipe.read) }
    let process: ChildProcess
    do {
      defer { close(pipe.write) }
      let errors = open("/dev/null", O_WRONLY | O_CLOEXEC)
      defer { close(errors) }
      process = try ChildProcess.start(command, descriptors: [(1, pipe.write), (2, errors)])
    } catch {
      return nil
    }
    let text = DescriptorPair.readToEnd(pipe.read)
    return process.wait() == .exited(0) ? String(decoding: text, as: UTF8.self) : nil
  }
}
