// swift-tools-version: 6.2
// A million rows to a finished picture: measure.py asks the program in turn with altair.
import PackageDescription

let package = Package(
  name: "apus-bench-plot",
  dependencies: [.package(name: "apus", path: "../..")],
  targets: [
    .executableTarget(
      name: "apus-bench-plot", dependencies: [.product(name: "Apus", package: "apus")])
  ],
  swiftLanguageModes: [.v6]
)
