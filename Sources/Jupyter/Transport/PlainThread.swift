internal import CZeroMQ
internal import Glibc

/// A thread outside the cooperative pool, for work that blocks.
package enum PlainThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `body` on a thread of its own, which `top` shows as `name` (15 bytes at most).
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    pthread_attr_destroy(&attributes)
    guard status == 0 else { preconditionFailure("no thread \"\(name)\": error \(status)") }
    pthread_setname_np(thread, name)
  }
}
