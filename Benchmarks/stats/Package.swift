// swift-tools-version: 6.2
// The statistics' questions as a program that stays: measure.py asks it in turn with its peers.
import PackageDescription

let package = Package(
  name: "apus-bench-stats",
  dependencies: [.package(name: "apus", path: "../..")],
  targets: [
    .executableTarget(
      name: "apus-bench-stats", dependencies: [.product(name: "Apus", package: "apus")])
  ],
  swiftLanguageModes: [.v6]
)
