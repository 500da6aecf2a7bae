internal import OrderedJSON

// Called from the rewritten text of cells only; users have no need of these.

/// The value of a cell that ends in a call without a value: nothing is shown.
public func __apus_result(_ value: Void) {}

/// Shows `value` as the result of the cell and hands it on.
public func __apus_result<T>(_ value: T) -> T {
  let bundle = DisplayBundle(showing: value)
  Notebook.send(
    .result(
      execution: Notebook.execution, bundle: bundle.json.description, metadata: "{}"))
  return value
}

/// A value that cannot be copied can be neither shown nor kept: its type is.
public func __apus_result<T: ~Copyable>(_ value: borrowing T) {
  Notebook.send(
    .result(
      execution: Notebook.execution,
      bundle: DisplayBundle([.plainText: .text("\(T.self)")]).json.description, metadata: "{}"))
}

/// Gives up the value of a variable that a later cell has declared anew and that no code can ask for
/// any more. `value`, which is not called, says of which type it is; `symbol` names its storage.
public func __apus_release<T>(_ value: () -> T, _ symbol: String) {
  guard let storage = WorkerHost.current?.find(symbol) else { return }
  storage.assumingMemoryBound(to: T.self).deinitialize(count: 1)
}

/// Ends an asynchronous cell: its thread goes back to waiting for the next.
@MainActor public func __apus_end() async {
  await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in
    WorkerHost.current?.endAsyncCell()
  }
}
