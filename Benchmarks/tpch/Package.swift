// swift-tools-version: 6.2
// The queries of TPC-H as a program that stays: measure.py asks it in turn with its peers.
import PackageDescription

let package = Package(
  name: "apus-bench-tpch",
  dependencies: [.package(name: "apus", path: "../..")],
  targets: [
    .executableTarget(
      name: "apus-bench-tpch", dependencies: [.product(name: "Apus", package: "apus")])
  ],
  swiftLanguageModes: [.v6]
)
