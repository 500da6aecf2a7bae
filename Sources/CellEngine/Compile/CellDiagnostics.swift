internal import CellSyntax

/// Diagnostics of one cell as its user reads them: the cell's number, its own lines and columns.
struct CellDiagnostics {
  private let name: String
  private let text: DiagnosticText

  init(plan: CellPlan, number: Int) {
    name = "Cell \(number)"
    text = DiagnosticText(
      cellName: name, sourceMap: plan.cell.sourceMap, usesColour: true)
  }

  func lines(of diagnostics: [CompilerDiagnostic]) -> [String] {
    text.lines(of: diagnostics.map(named))
  }

  private func named(_ diagnostic: CompilerDiagnostic) -> CompilerDiagnostic {
    var diagnostic = diagnostic
    if UnitSource.index(ofFile: diagnostic.file) != nil {
      diagnostic.file = name
    } else {
      // A file of the engine's own tells the user nothing.
      diagnostic.file = ""
    }
    diagnostic.notes = diagnostic.notes.map(named)
    return diagnostic
  }
}
