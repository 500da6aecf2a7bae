internal import CToolchain
internal import Glibc
internal import Synchronization

/// Reads the diagnostics that the compiler writes with `-serialize-diagnostics-path`.
///
/// The file is LLVM's own format; the toolchain's libclang reads it. The library is opened at the
/// first file (some 40 MB of memory), so that a session without errors never pays for it.
package final class DiagnosticReader: Sendable {
  private let library: String
  private let table = Mutex<apus_libclang?>(nil)

  package init(toolchain: Toolchain) { library = toolchain.clangLibrary }

  /// The diagnostics in the file at `path`, in the order in which the compiler found them.
  package func read(_ path: String) throws(CellEngineError) -> [CompilerDiagnostic] {
    let clang = try openedLibrary()
    var code: Int32 = 0
    var problem = apus_cx_string()
    guard let set = clang.loadDiagnostics(path, &code, &problem) else {
      let text = clang.text(problem)
      throw CellEngineError(
        .file, text.isEmpty ? "no diagnostics can be read: error \(code)" : text, place: path)
    }
    defer { clang.disposeDiagnosticSet(set) }
    return clang.diagnostics(in: set)
  }

  private func openedLibrary() throws(CellEngineError) -> apus_libclang {
    try table.withLock { known throws(CellEngineError) in
      if let known { return known }
      // Every member is set before it is called: the C side fills all of them or says what lacks.
      let new = UnsafeMutablePointer<apus_libclang>.allocate(capacity: 1)
      defer { new.deallocate() }
      if let problem = apus_libclang_open(library, new) {
        defer { free(problem) }
        throw CellEngineError(
          .toolchain, String(cString: problem), place: library,
          mend: "install a whole Swift toolchain for Linux")
      }
      known = new.pointee
      return new.pointee
    }
  }
}

extension apus_libclang {
  fileprivate func diagnostics(in set: UnsafeMutableRawPointer) -> [CompilerDiagnostic] {
    (0..<getNumDiagnosticsInSet(set)).compactMap { index in
      getDiagnosticInSet(set, index).map(diagnostic)
    }
  }

  private func diagnostic(_ handle: UnsafeMutableRawPointer) -> CompilerDiagnostic {
    let place = spelling(of: getDiagnosticLocation(handle))
    return CompilerDiagnostic(
      severity: severity(getDiagnosticSeverity(handle)), file: place.file,
      line: place.position.line, column: place.position.column,
      message: text(getDiagnosticSpelling(handle)),
      ranges: (0..<getDiagnosticNumRanges(handle)).map { range(getDiagnosticRange(handle, $0)) },
      fixIts: (0..<getDiagnosticNumFixIts(handle)).map { index in
        var replaced = apus_cx_range()
        let inserted = text(getDiagnosticFixIt(handle, index, &replaced))
        return CompilerDiagnostic.FixIt(range: range(replaced), text: inserted)
      },
      // The set of notes belongs to the diagnostic: it is not to be disposed of.
      notes: getChildDiagnostics(handle).map(diagnostics) ?? [])
  }

  /// CXDiagnosticSeverity: ignored, note, warning, error, fatal; Swift's remarks come as ignored.
  private func severity(_ code: Int32) -> CompilerDiagnostic.Severity {
    switch code {
    case 0: .remark
    case 1: .note
    case 2: .warning
    default: .error
    }
  }

  private func range(_ range: apus_cx_range) -> CompilerDiagnostic.SourceRange {
    CompilerDiagnostic.SourceRange(
      start: spelling(of: getRangeStart(range)).position,
      end: spelling(of: getRangeEnd(range)).position)
  }

  private func spelling(
    of location: apus_cx_location
  ) -> (file: String, position: CompilerDiagnostic.Position) {
    var file: UnsafeMutableRawPointer?
    var line: UInt32 = 0
    var column: UInt32 = 0
    var offset: UInt32 = 0
    getSpellingLocation(location, &file, &line, &column, &offset)
    return (
      file.map { text(getFileName($0)) } ?? "",
      CompilerDiagnostic.Position(line: Int(line), column: Int(column))
    )
  }

  fileprivate func text(_ string: apus_cx_string) -> String {
    defer { disposeString(string) }
    return getCString(string).map { String(cString: $0) } ?? ""
  }
}
