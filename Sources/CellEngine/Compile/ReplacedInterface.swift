internal import CellSyntax
internal import Glibc

/// A module whose interface is made again, without the declarations that a new cell replaces.
///
/// Its code stays loaded; only what new cells see of it changes.
struct ReplacedInterface: Sendable {
  var module: String
  private var source: UnitSource
  private var hidden: Set<NameTable.Place>

  init(_ name: String, _ module: NameTable.Module, hiding hidden: Set<NameTable.Place>) {
    self.module = name
    source = module.unit.source
    self.hidden = module.hidden.union(hidden)
  }

  /// Under which the interface is found again; the module's name stands for its text.
  var key: String {
    "interface \(module)" + hidden.sorted().map { ":\($0.part).\($0.index)" }.joined()
  }

  /// The text without the replaced declarations.
  ///
  /// - Parameter keepsStatements: whether code that runs stays too; it may use what is left out.
  func text(keepsStatements: Bool) -> String {
    let cells = source.parts.indices.map { index in
      let own = Set(hidden.filter { $0.part == index }.map(\.index))
      return source.rewritten(index).leavingOut(own, keepsStatements: keepsStatements)
    }
    return source.text(of: cells)
  }
}

extension CellCompiler {
  /// Where interfaces wait until the cell that replaces parts of them has been compiled.
  var interfaceFolder: String { folder + "/interfaces" }

  /// Makes an interface in `interfaceFolder`, from `cache` where it is known.
  ///
  /// One that cannot be made stays as it is: the new cell then finds the old declaration ambiguous,
  /// and says so.
  func emit(
    _ interface: ReplacedInterface, cache: CompileCache, on run: CompileRun
  ) throws(CompileFailure) {
    mkdir(interfaceFolder, 0o700)
    let path = "\(interfaceFolder)/\(interface.module).swiftmodule"
    if let known = cache.find(interface.key)?.first?.bytes { return try write(known, to: path) }
    let source = "\(interfaceFolder)/\(interface.module).swift"
    defer { unlink(source) }
    for keepsStatements in [true, false] {
      try write(Array(interface.text(keepsStatements: keepsStatements).utf8), to: source)
      let command = arguments.interface(of: interface.module, source: source, at: path)
      if try runFrontend(command, on: run).ending == .exited(0) {
        cache.store([("interface", try read(path))], as: interface.key)
        return
      }
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
