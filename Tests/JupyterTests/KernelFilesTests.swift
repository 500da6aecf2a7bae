import Foundation
import Jupyter
import OrderedJSON
import Testing

@Suite struct KernelFilesTests {
  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "/apus-\(randomName())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  @Test("a connection file is private and reads back")
  func connectionFile() throws {
    try withFolder { folder in
      let path = folder + "/kernel.json"
      let connection = try ConnectionFile.loopback(on: PortReservation(), kernelName: "swift")
      try connection.write(to: path)
      #expect(try ConnectionFile(reading: path) == connection)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("the five ports differ")
  func ports() throws {
    #expect(Set(try ConnectionFile.loopback(on: PortReservation()).ports.values).count == 5)
  }

  @Test("a connection file without a port says which")
  func missingPort() {
    let error = #expect(throws: JupyterError.self) {
      try ConnectionFile(["transport": "tcp", "shell_port": 1], at: "a.json")
    }
    #expect(error?.description == "no valid iopub_port (a.json)")
  }

  @Test("socket files are named by ip and port")
  func localEndpoint() {
    let connection = ConnectionFile.local(prefix: "/run/k")
    #expect(connection.endpoint(.shell) == "ipc:///run/k-1")
  }

  @Test("the folder of higher rank wins, and a missing kernel names the others")
  func search() throws {
    try withFolder { folder in
      for (place, title) in [("a", "first"), ("b", "second")] {
        let kernel = "\(folder)/\(place)/kernels/swift"
        try FileManager.default.createDirectory(atPath: kernel, withIntermediateDirectories: true)
        let text = #"{"argv": ["apus", "kernel"], "display_name": "\#(title)"}"#
        try text.write(toFile: kernel + "/kernel.json", atomically: true, encoding: .utf8)
      }
      let folders = ["\(folder)/a", "\(folder)/b"]
      #expect(try KernelSpecSearch.find("swift", in: folders).displayName == "first")
      #expect(KernelSpecSearch.all(in: folders).map(\.name) == ["swift"])
      let error = #expect(throws: JupyterError.self) {
        try KernelSpecSearch.find("../swift", in: folders)
      }
      #expect(error?.code == .noSuchKernel)
      #expect(error?.mend == "installed: swift")
    }
  }

  @Test("a started process ends, is reaped, and its connection file goes")
  func process() async throws {
    let spec = KernelSpec(
      name: "sh", arguments: ["sh", "-c", "test -f {connection_file} && exit 7"],
      displayName: "sh", language: "sh")
    let process = try KernelProcess.start(
      spec: spec, workingDirectory: "/",
      environment: [:])
    #expect(await process.waitUntilEnded() == .exited(7))
    #expect(!FileManager.default.fileExists(atPath: process.connectionPath))
  }

  @Test("a process that cannot be started says so")
  func missingProgram() {
    let spec = KernelSpec(
      name: "none", arguments: ["/no/such/program"], displayName: "none", language: "none")
    let error = #expect(throws: JupyterError.self) {
      try KernelProcess.start(spec: spec, workingDirectory: "/")
    }
    #expect(error?.code == .cannotStart)
  }

  @Test("killing reaches a process that ignores requests")
  func kill() async throws {
    let spec = KernelSpec(
      name: "sh", arguments: ["sh", "-c", "trap '' TERM; sleep 100"], displayName: "sh",
      language: "sh")
    let process = try KernelProcess.start(spec: spec, workingDirectory: "/")
    process.terminate()
    process.kill()
    guard case .signalled = await process.waitUntilEnded() else {
      Issue.record("it ended by itself")
      return
    }
  }
}
