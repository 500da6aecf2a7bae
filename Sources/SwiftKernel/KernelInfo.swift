internal import Jupyter
package import OrderedJSON

/// What the kernel says of itself.
package struct KernelInfo: Sendable {
  package var version: String
  package var swiftVersion: String

  package init(version: String, swiftVersion: String) {
    self.version = version
    self.swiftVersion = swiftVersion
  }

  package var content: JSONObject {
    [
      "status": "ok",
      "protocol_version": .string(protocolVersion),
      "implementation": "apus",
      "implementation_version": .string(version),
      "language_info": [
        "name": "swift",
        "version": .string(swiftVersion),
        "mimetype": "text/x-swift",
        "file_extension": ".swift",
        "pygments_lexer": "swift",
        "codemirror_mode": "swift",
      ],
      "banner": .string("Apus \(version): Swift \(swiftVersion) notebooks"),
      "help_links": [
        ["text": "The Swift Programming Language", "url": "https://docs.swift.org/swift-book/"]
      ],
      "supported_features": [],
      "debugger": false,
    ]
  }
}
