import CellEngine
import Foundation
import Testing

@Suite(.tags(.compiler)) struct ToolchainLocationTests {
  @Test("SWIFT_USR names a toolchain, with or without a slash at its end")
  func variable() throws {
    let root = try CompilerFixture().toolchain.root
    #expect(try Toolchain.locate(environment: ["SWIFT_USR": root + "/"]).root == root)
    #expect(try Toolchain.locate(environment: ["APUS_TOOLCHAIN": root]).root == root)
  }

  @Test("the stand-in of swiftly leads to the toolchain in use")
  func swiftly() throws {
    let fixture = try CompilerFixture()
    let files = FileManager.default
    _ = try fixture.write("#!/bin/sh\n", as: "swiftly")
    try files.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: fixture.folder + "/swiftly")
    try files.createSymbolicLink(
      atPath: fixture.folder + "/swiftc", withDestinationPath: fixture.folder + "/swiftly")
    _ = try fixture.write("{\"inUse\": \"6.3.1\"}", as: "config.json")
    let version = fixture.folder + "/toolchains/6.3.1"
    try files.createDirectory(atPath: version, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: version + "/usr", withDestinationPath: fixture.toolchain.root)
    let environment = ["PATH": fixture.folder, "SWIFTLY_HOME_DIR": fixture.folder]
    #expect(try Toolchain.locate(environment: environment).root == version + "/usr")
    _ = try fixture.write("{}", as: "config.json")
    #expect {
      try Toolchain.locate(environment: environment)
    } throws: { error in
      "\(error)".contains("swiftly has no toolchain in use")
    }
  }

  @Test("a toolchain tells its version and what it lacks")
  func version() throws {
    #expect(try CompilerFixture().toolchain.versionText().contains("Swift version 6"))
    #expect(Toolchain(root: "/nowhere").missingParts.count == 4)
  }
}
