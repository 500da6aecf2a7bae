import CellEngine
import CellSyntax
import Testing

@Suite struct ToolchainTests {
  @Test("a machine without Swift is told how to mend it")
  func missing() {
    #expect {
      try Toolchain.locate(environment: ["PATH": "/nowhere"])
    } throws: { error in
      "\(error)"
        == "PATH: no Swift toolchain was found; install Swift from swift.org, or set "
        + "APUS_TOOLCHAIN to its usr folder"
    }
  }

  @Test("a folder that is no toolchain is refused by name")
  func wrongFolder() {
    #expect {
      try Toolchain.locate(environment: ["APUS_TOOLCHAIN": "/nowhere"])
    } throws: { error in
      "\(error)".hasPrefix("APUS_TOOLCHAIN: the toolchain lacks /nowhere/bin/swift-frontend")
    }
  }
}
