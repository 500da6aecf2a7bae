// swift-tools-version: 6.2
// The rooms of the house: each row names a room and the rooms that it may import.
// scripts/rooms.txt is the machine-readable law; scripts/check-rooms holds the sources against it.
import PackageDescription

let features: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
let settings: [SwiftSetting] = features + [.treatAllWarnings(as: .error)]

/// A Swift room and the rooms or products it stands on.
func room(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A room that cells load. What only its inside stands on is hidden from them by
/// `@_implementationOnly`, so that no cell loads Glibc or a C door; the compiler warns of each such
/// import, hence no warnings here: scripts/check-warnings holds these rooms to all others.
func lightRoom(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies,
    swiftSettings: features + [.unsafeFlags(["-suppress-warnings"])])
}

/// The tests of a room; `TestSupport` holds the doubles that tests share.
func tests(of room: String, with others: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: room + "Tests",
    dependencies: [.target(name: room), "TestSupport"] + others,
    swiftSettings: settings)
}

let swiftSyntax: [Target.Dependency] = [
  "SwiftSyntax", "SwiftParser", "SwiftParserDiagnostics", "SwiftDiagnostics", "SwiftOperators",
].map { .product(name: $0, package: "swift-syntax") }

let package = Package(
  name: "apus",
  products: [
    .executable(name: "apus", targets: ["apus-cli"]),
    .executable(name: "apus-worker", targets: ["apus-worker"]),
    .library(name: "Apus", type: .dynamic, targets: ["Apus"]),
    .library(name: "apus-prewarm", type: .dynamic, targets: ["apus-prewarm"]),
    .library(name: "apus-arrow-shim", type: .dynamic, targets: ["apus-arrow-shim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Base
    room("OrderedJSON"),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    room("Digests", on: ["CSodium"]),

    // Light wing: what cells import, built into libApus.so
    .target(
      name: "CNumerics", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Werror"])],
      cxxSettings: [.unsafeFlags(["-O2", "-Wall", "-Werror"])]),
    .target(
      name: "CRegex", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Werror"])],
      linkerSettings: [.linkedLibrary("dl")]),
    lightRoom("ApusFrame", on: ["CNumerics", "CRegex"]),
    .target(
      name: "CFormats", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Werror"])],
      linkerSettings: [.linkedLibrary("dl")]),
    lightRoom("ApusIO", on: ["ApusFrame", "CNumerics", "CFormats"]),
    lightRoom("ApusStats", on: ["ApusFrame", "CNumerics"]),
    lightRoom("ApusPlot", on: ["ApusFrame", "ApusStats", "OrderedJSON"]),
    lightRoom("ApusCell", on: ["OrderedJSON"]),
    lightRoom(
      "Apus", on: ["ApusCell", "ApusFrame", "ApusIO", "ApusStats", "ApusPlot", "OrderedJSON"]),

    // Host wing: the program `apus`
    .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
    room("Jupyter", on: ["OrderedJSON", "Digests", "CZeroMQ"]),
    .systemLibrary(
      name: "CMarkdown", pkgConfig: "libcmark-gfm",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    room("Notebooks", on: ["OrderedJSON", "CMarkdown"]),
    room("CellSyntax", on: swiftSyntax),
    .target(name: "CToolchain"),
    room("CellEngine", on: ["CellSyntax", "ApusCell", "OrderedJSON", "Digests", "CToolchain"]),
    room("SwiftKernel", on: ["Jupyter", "CellEngine", "OrderedJSON"]),
    room("Runner", on: ["Jupyter", "Notebooks", "OrderedJSON", "Digests", "Yams"]),
    .executableTarget(
      name: "apus-cli",
      dependencies: [
        "SwiftKernel", "CellEngine", "Runner", "Notebooks", "Jupyter", "OrderedJSON",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings,
      linkerSettings: [
        // `apus` carries its standard library, so that it also runs where no Swift is installed.
        .unsafeFlags(["-static-stdlib"]),
        .linkedLibrary("CoreFoundation"), .linkedLibrary("_FoundationICU"),
        .linkedLibrary("swiftSynchronization"),
        .linkedLibrary("_FoundationCShims"), .linkedLibrary("_FoundationCollections"),
      ]),
    .executableTarget(
      name: "apus-worker",
      cSettings: [
        .unsafeFlags([
          "-O2", "-fPIC", "-fno-omit-frame-pointer", "-fblocks", "-Wall", "-Werror",
          "-Wno-deprecated-declarations",
        ])
      ],
      linkerSettings: [
        .linkedLibrary("swift_Concurrency"), .linkedLibrary("dispatch"),
        .linkedLibrary("BlocksRuntime"), .linkedLibrary("dl"),
        .unsafeFlags(["-Xlinker", "--export-dynamic"]),
      ]),

    .target(
      name: "apus-prewarm",
      cSettings: [.unsafeFlags(["-O2", "-fPIC", "-Wall", "-Werror"])],
      linkerSettings: [.linkedLibrary("dl")]),

    // Tests
    .target(
      name: "TestSupport", dependencies: ["ApusFrame", "OrderedJSON"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "plot-tool", dependencies: ["ApusFrame", "ApusPlot", "OrderedJSON"],
      path: "Tests/PlotTool", swiftSettings: settings),
    .executableTarget(
      name: "formats-tool", dependencies: ["ApusFrame", "ApusIO"], path: "Tests/FormatsTool",
      swiftSettings: settings),
    .executableTarget(
      name: "nist-tool", dependencies: ["ApusFrame", "ApusStats"], path: "Tests/NistTool",
      swiftSettings: settings),
    .target(
      name: "apus-arrow-shim", dependencies: ["ApusFrame"], path: "Tests/ArrowShim",
      swiftSettings: settings),
    tests(of: "OrderedJSON"),
    tests(of: "Digests"),
    tests(of: "ApusFrame", with: ["CNumerics"]),
    tests(of: "ApusIO", with: ["ApusFrame"]),
    tests(of: "ApusStats", with: ["ApusFrame", "CNumerics"]),
    tests(of: "ApusPlot", with: ["ApusFrame", "OrderedJSON"]),
    tests(of: "ApusCell", with: ["OrderedJSON"]),
    tests(
      of: "Apus",
      with: ["ApusCell", "ApusFrame", "ApusIO", "ApusPlot", "ApusStats", "OrderedJSON"]),
    tests(of: "Jupyter", with: ["OrderedJSON", "Digests"]),
    tests(of: "Notebooks", with: ["OrderedJSON"]),
    tests(of: "CellSyntax"),
    tests(of: "CellEngine", with: ["CellSyntax", "ApusCell", "OrderedJSON"]),
    tests(of: "SwiftKernel", with: ["CellEngine", "Jupyter", "OrderedJSON"]),
    tests(of: "Runner", with: ["Jupyter", "Notebooks", "OrderedJSON"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
