internal import CellSyntax
internal import OrderedJSON

/// A library that is ready to be loaded, made of one or more cells.
struct CellUnit: Sendable, Equatable {
  /// The module's name.
  var module: String
  /// The library's path, in the session's folder.
  var library: String
  var source: UnitSource
  var parts: [Part]
  var isAsync: Bool
  /// The symbol of each variable's storage.
  var symbols: [String: String]
  /// The variables and functions whose types name no type of any cell.
  var plainNames: Set<String> = []

  /// What is kept of each of its cells.
  struct Part: Sendable, Equatable {
    /// What the cell was compiled against, as in `CellPlan.context`.
    var context: String
    /// The compiler's warnings about it.
    var warnings: [CompilerDiagnostic]
  }

  var entry: String { "\(module)_main" }
}

extension CellUnit {
  /// What is stored beside the library and the interface.
  var record: JSON {
    [
      "module": .string(module), "async": .bool(isAsync), "source": source.json,
      "symbols": .object(
        JSONObject(symbols.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      "plain": .array(plainNames.sorted().map { .string($0) }),
      "parts": .array(
        parts.map { part in
          [
            "context": .string(part.context),
            "warnings": .array(part.warnings.map(\.json)),
          ]
        }),
    ]
  }

  /// The unit that `record` describes, with its library at `library`; `nil` if it describes none.
  init?(record: JSON, library: (_ module: String) -> String) {
    guard let module = record["module"]?.string, let isAsync = record["async"]?.bool,
      let source = UnitSource(record["source"]), let parts = record["parts"]?.array,
      let symbols = record["symbols"]?.object, parts.count == source.parts.count
    else { return nil }
    self.module = module
    self.library = library(module)
    self.source = source
    self.isAsync = isAsync
    self.symbols = Dictionary(
      symbols.compactMap { key, value in value.string.map { (key, $0) } },
      uniquingKeysWith: { first, _ in first })
    plainNames = Set((record["plain"]?.array ?? []).compactMap(\.string))
    self.parts = parts.map { part in
      Part(
        context: part["context"]?.string ?? "",
        warnings: (part["warnings"]?.array ?? []).compactMap(CompilerDiagnostic.init))
    }
  }
}

extension CompilerDiagnostic {
  fileprivate var json: JSON {
    [
      "severity": .string(severity.rawValue), "file": .string(file), "line": .number(line),
      "column": .number(column), "message": .string(message),
      "ranges": .array(ranges.map(\.json)),
      "fix_its": .array(
        fixIts.map { ["range": $0.range.json, "text": .string($0.text)] }),
      "notes": .array(notes.map(\.json)),
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let severity = (json["severity"]?.string).flatMap(Severity.init),
      let file = json["file"]?.string, let line = json["line"]?.int,
      let column = json["column"]?.int, let message = json["message"]?.string
    else { return nil }
    self.init(
      severity: severity, file: file, line: line, column: column, message: message,
      ranges: (json["ranges"]?.array ?? []).compactMap(SourceRange.init),
      fixIts: (json["fix_its"]?.array ?? []).compactMap { fix in
        guard let range = fix["range"].flatMap(SourceRange.init), let text = fix["text"]?.string
        else { return nil }
        return FixIt(range: range, text: text)
      },
      notes: (json["notes"]?.array ?? []).compactMap(CompilerDiagnostic.init))
  }
}

extension CompilerDiagnostic.SourceRange {
  fileprivate var json: JSON {
    [.number(start.line), .number(start.column), .number(end.line), .number(end.column)]
  }

  fileprivate init?(_ json: JSON) {
    let numbers = json.array?.compactMap(\.int) ?? []
    guard numbers.count == 4 else { return nil }
    self.init(
      start: CompilerDiagnostic.Position(line: numbers[0], column: numbers[1]),
      end: CompilerDiagnostic.Position(line: numbers[2], column: numbers[3]))
  }
}
