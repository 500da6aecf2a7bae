internal import Glibc

/// The bytes of the file at `path`.
func readFile(_ path: String) throws(JupyterError) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw fileError("cannot open the file", path) }
  defer { close(file) }
  var result: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw fileError("cannot read the file", path) }
    if count == 0 { return result }
    result += chunk[..<count]
  }
}

/// Writes `bytes` to a new file at `path` that only its owner can read.
func writePrivateFile(_ path: String, _ bytes: [UInt8]) throws(JupyterError) {
  unlink(path)
  let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard file >= 0 else { throw fileError("cannot create the file", path) }
  defer { close(file) }
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw fileError("cannot write the file", path) }
    written += count
  }
}

private func fileError(_ what: String, _ path: String) -> JupyterError {
  JupyterError(.fileAccess, "\(what): \(String(cString: strerror(errno)))", at: path)
}

/// The value of an environment variable, `nil` when it is unset or empty.
package func environmentValue(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = String(cString: value)
  return text.isEmpty ? nil : text
}

/// Makes `path` and the folders above it, readable by their owner alone.
package func makePrivateFolder(_ path: String) {
  var partial = ""
  for part in path.split(separator: "/", omittingEmptySubsequences: true) {
    partial += "/" + part
    mkdir(partial, 0o700)
  }
}
