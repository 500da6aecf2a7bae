public import ApusCell
public import ApusFrame

extension DataFrame: Displayable {
  /// A table in HTML and in text.
  public var displayBundle: DisplayBundle {
    [.html: .text(htmlTable), .plainText: .text(textTable)]
  }
}

extension FrameProfile: Displayable {
  /// A table with histograms in HTML, and text.
  public var displayBundle: DisplayBundle {
    [.html: .text(html), .plainText: .text(description)]
  }
}

extension FormattedFrame: Displayable {
  /// A table in HTML and in text.
  public var displayBundle: DisplayBundle {
    [.html: .text(htmlTable), .plainText: .text(textTable)]
  }
}
