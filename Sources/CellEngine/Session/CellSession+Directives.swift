internal import CellSyntax
internal import OrderedJSON

/// Cells that are not Swift: `%help` and its kin.
extension CellSession {
  func answer(_ directive: Directive, _ request: CellRequest) {
    switch directive.name {
    case "help":
      emit(.page(request.id, bundle: ["text/plain": .string(DirectiveHelp.text)]))
      emit(.finished(request.id, .succeeded))
    default:
      let text = "unknown directive %\(directive.name); there is %help"
      emit(
        .finished(
          request.id,
          .failed(CellFailure(name: "DirectiveError", value: text, traceback: [text]))))
    }
  }
}
