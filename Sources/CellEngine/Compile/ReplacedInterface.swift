internal import CellSyntax
internal import Glibc

/// A module whose interface is made again, without the declarations that a new cell replaces. Its
/// code stays loaded; only what new cells see of it changes.
struct ReplacedInterface: Sendable {
  var module: String
  var preamble: [String]
  var number: Int
  /// The cell without the replaced declarations, and also without the code that runs, which may
  /// have used them.
  var attempts: [RewrittenCell]

  init(_ name: String, _ module: NameTable.Module, hiding hidden: Set<Int>) {
    self.module = name
    preamble = module.preamble
    number = module.number
    let all = module.hidden.union(hidden)
    attempts = [true, false].map { module.cell.leavingOut(all, keepsStatements: $0) }
  }
}

extension CellCompiler {
  /// Where interfaces wait until the cell that replaces parts of them has been compiled.
  var interfaceFolder: String { folder + "/interfaces" }

  /// Makes an interface in `interfaceFolder`. One that cannot be made stays as it is: the new cell
  /// then finds the old declaration ambiguous, and says so.
  func emit(_ interface: ReplacedInterface) throws(CompileFailure) {
    mkdir(interfaceFolder, 0o700)
    let source = "\(interfaceFolder)/\(interface.module).swift"
    for attempt in interface.attempts {
      let text = Self.text(
        of: attempt, preamble: interface.preamble, cellName: "Cell \(interface.number)")
      try write(text, to: source)
      let path = "\(interfaceFolder)/\(interface.module).swiftmodule"
      let made = try run(arguments.interface(of: interface.module, source: source, at: path))
      if made.ending == .exited(0) { return }
      unlink(path)
    }
  }

  /// The new cell holds: the interfaces made for it are those of the session from now on.
  func acceptInterfaces(_ interfaces: [ReplacedInterface]) {
    for interface in interfaces {
      let name = "\(interface.module).swiftmodule"
      rename("\(interfaceFolder)/\(name)", "\(folder)/\(name)")
    }
  }

  /// The new cell does not compile: nothing of it counts.
  func dropInterfaces(_ interfaces: [ReplacedInterface]) {
    for interface in interfaces {
      unlink("\(interfaceFolder)/\(interface.module).swiftmodule")
    }
  }
}
