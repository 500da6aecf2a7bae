/// The type of a representation in a display bundle, such as `text/html`.
public struct MIMEType: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  /// The type's name.
  public let rawValue: String

  /// The type of this name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The type of this name.
  public init(stringLiteral value: String) { rawValue = value }

  /// `text/plain`
  public static let plainText: MIMEType = "text/plain"
  /// `text/html`
  public static let html: MIMEType = "text/html"
  /// `text/markdown`
  public static let markdown: MIMEType = "text/markdown"
  /// `text/latex`
  public static let latex: MIMEType = "text/latex"
  /// `image/svg+xml`
  public static let svg: MIMEType = "image/svg+xml"
  /// `image/png`
  public static let png: MIMEType = "image/png"
  /// `image/jpeg`
  public static let jpeg: MIMEType = "image/jpeg"
  /// `application/json`
  public static let json: MIMEType = "application/json"
  /// `application/vnd.vegalite.v5+json`
  public static let vegaLite: MIMEType = "application/vnd.vegalite.v5+json"
}
