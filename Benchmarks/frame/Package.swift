// swift-tools-version: 6.2
// The frame's questions as a program that stays: measure.py asks it in turn with its peers.
import PackageDescription

let package = Package(
  name: "apus-bench-frame",
  dependencies: [.package(name: "apus", path: "../..")],
  targets: [
    .executableTarget(
      name: "apus-bench-frame", dependencies: [.product(name: "Apus", package: "apus")])
  ],
  swiftLanguageModes: [.v6]
)
