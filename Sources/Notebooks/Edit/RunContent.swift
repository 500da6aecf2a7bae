internal import OrderedJSON

extension Notebook {
  /// Whether `other` would run the same: the code, tags and metadata of the cells and the kernel
  /// are the same, whatever the outputs and texts are.
  package func runsTheSame(as other: Notebook) -> Bool {
    let own = cells.filter { $0.kind == .code }
    let others = other.cells.filter { $0.kind == .code }
    return kernelName == other.kernelName && own.count == others.count
      && metadata["apus"] == other.metadata["apus"]
      && zip(own, others).allSatisfy { one, another in
        one.source == another.source && one.tags == another.tags
          && one.metadata["apus"] == another.metadata["apus"]
      }
  }

  /// Whether `other` may be an output of this notebook: the same code but for injected parameters.
  package func mayHaveMade(_ other: Notebook) -> Bool {
    func code(_ notebook: Notebook) -> [String] {
      notebook.cells.filter { $0.kind == .code && !$0.hasTag("injected-parameters") }.map(\.source)
    }
    return code(self) == code(other)
  }
}
