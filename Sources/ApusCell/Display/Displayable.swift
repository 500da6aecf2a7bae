/// A value that shows itself in a notebook.
///
///     extension Portfolio: Displayable {
///       var displayBundle: DisplayBundle { [.html: "…", .plainText: "…"] }
///     }
public protocol Displayable {
  /// The value's representations. Give a plain text beside rich ones: terminals show that.
  var displayBundle: DisplayBundle { get }
}

extension DisplayBundle {
  /// What a notebook shows for `value`: its own bundle, or its debug description as Swift's
  /// `debugPrint` writes it.
  package init(showing value: Any) {
    if let displayable = value as? any Displayable {
      self = displayable.displayBundle
      return
    }
    self = [.plainText: .text(DisplayBundle.debugText(of: value))]
  }

  private static func debugText(of value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      // "nil" and the value itself, rather than "Optional(…)" around everything.
      guard let inner = mirror.children.first?.value else { return "nil" }
      return "Optional(\(debugText(of: inner)))"
    }
    var text = ""
    debugPrint(value, terminator: "", to: &text)
    return text
  }
}
