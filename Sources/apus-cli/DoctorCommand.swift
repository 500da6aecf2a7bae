internal import ArgumentParser
internal import CellEngine
internal import FoundationEssentials
internal import Jupyter
internal import OrderedJSON

/// `apus doctor`: looks at everything that a notebook needs, and says how to mend what is missing.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check the installation, and say how to mend it.")

  func run() async throws {
    var examination = Examination()
    let toolchain = examination.toolchain()
    let installation = examination.installation()
    if let toolchain, let installation {
      examination.versions(toolchain, installation)
      examination.files(toolchain, installation)
    }
    examination.kernelspec()
    if let toolchain, let installation, examination.isHealthy {
      await examination.trialCell(toolchain, installation)
    }
    for finding in examination.findings { print(finding.text) }
    guard examination.isHealthy else { throw ExitCode.failure }
  }
}

/// What one look at the installation found.
private struct Finding {
  let name: String
  let isGood: Bool
  let detail: String
  var mend: String?

  var text: String {
    (isGood ? "ok      " : "FAILED  ") + "\(name): \(detail)"
      + (mend.map { "\n        → \($0)" } ?? "")
  }
}

/// The looks, in the order in which one needs the other.
private struct Examination {
  var findings: [Finding] = []
  var isHealthy: Bool { findings.allSatisfy(\.isGood) }

  private mutating func add(_ name: String, _ detail: String) {
    findings.append(Finding(name: name, isGood: true, detail: detail))
  }

  private mutating func add(_ name: String, _ error: CellEngineError) {
    findings.append(
      Finding(
        name: name, isGood: false, detail: "\(error.place): \(error.what)", mend: error.mend))
  }

  mutating func toolchain() -> Toolchain? {
    do throws(CellEngineError) {
      let toolchain = try Toolchain.locate(environment: ProcessInfo.processInfo.environment)
      add("toolchain", "\(try toolchain.version()) in \(toolchain.root)")
      return toolchain
    } catch {
      add("toolchain", error)
      return nil
    }
  }

  mutating func installation() -> Installation? {
    do throws(CellEngineError) {
      let installation = try Installation.locate()
      add("installation", installation.prefix ?? "a build folder: \(installation.library)")
      return installation
    } catch {
      add("installation", error)
      return nil
    }
  }

  mutating func versions(_ toolchain: Toolchain, _ installation: Installation) {
    do throws(CellEngineError) {
      if let obstacle = try installation.obstacle(to: toolchain) {
        add("versions", obstacle)
      } else {
        add("versions", "the modules are of this toolchain")
      }
    } catch {
      add("versions", error)
    }
  }

  mutating func files(_ toolchain: Toolchain, _ installation: Installation) {
    let modules = installation.moduleFolders.flatMap { folder in
      InstallationRebuild.rooms.map { "\(folder)/\($0).swiftmodule" }
    }
    let parts = [
      "worker": [installation.worker], "library": [installation.library],
      "modules": modules,
      "runtime": [
        toolchain.runtimeFolder + "/libswiftCore.so", toolchain.runtimeFolder + "/libdispatch.so",
        toolchain.symbolizer,
      ],
    ]
    for (name, files) in parts.sorted(by: { $0.key < $1.key }) {
      let missing = files.filter { !FileManager.default.isReadableFile(atPath: $0) }
      if missing.isEmpty {
        add(name, files.count == 1 ? files[0] : "\(files.count) files are there")
        continue
      }
      add(
        name,
        CellEngineError(
          .installation, "not there", place: missing.joined(separator: ", "),
          mend: name == "runtime"
            ? "install a whole Swift toolchain for Linux" : "run `make install` again"))
    }
  }

  mutating func kernelspec() {
    do throws(JupyterError) {
      let spec = try KernelSpecSearch.find("swift")
      let program = spec.arguments.first ?? ""
      guard FileManager.default.isExecutableFile(atPath: program) else {
        add(
          "kernelspec",
          CellEngineError(
            .installation, "it starts \(program), which is not there", place: spec.folder,
            mend: "run `apus install --user`"))
        return
      }
      add("kernelspec", "\(spec.folder) starts \(program)")
    } catch {
      findings.append(
        Finding(
          name: "kernelspec", isGood: false, detail: "\(error)", mend: "run `apus install --user`"))
    }
  }

  /// Runs one cell as a notebook would.
  mutating func trialCell(_ toolchain: Toolchain, _ installation: Installation) async {
    let clock = ContinuousClock()
    let start = clock.now
    do throws(CellEngineError) {
      let session = try CellSession(toolchain: toolchain, installation: installation)
      let (events, continuation) = AsyncStream.makeStream(of: CellEvent.self)
      session.setEventHandler { continuation.yield($0) }
      session.execute(CellRequest(id: 1, number: 1, code: "import Apus\n6 * 7"))
      var value = ""
      for await event in events {
        if case .result(_, let bundle, _) = event { value = bundle["text/plain"]?.string ?? "" }
        guard case .finished(_, let outcome) = event else { continue }
        if case .failed(let failure) = outcome { value = "\(failure.name): \(failure.value)" }
        break
      }
      await session.shutdown()
      guard value == "42" else {
        throw CellEngineError(
          .process, "6 * 7 gave \"\(value)\"", place: installation.worker,
          mend: "run `apus install --rebuild`")
      }
      let milliseconds = (clock.now - start) / .milliseconds(1)
      add("trial cell", "6 * 7 = 42, in \(Int(milliseconds)) ms")
    } catch {
      add("trial cell", error)
    }
  }
}
