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

/// Ends an asynchronous cell: its thread goes back to waiting for the next.
@MainActor public func __apus_end() async {
  await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in
    WorkerHost.current?.endAsyncCell()
  }
}
