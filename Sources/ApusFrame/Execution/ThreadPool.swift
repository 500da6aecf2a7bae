@_implementationOnly import CNumerics
@_implementationOnly import Glibc
@_implementationOnly import Synchronization

/// Threads that help whoever calls to work through numbered tasks.
///
/// The caller works too and never waits for a free thread, so calls from several threads, and from
/// inside tasks, all come to their end. User code never runs here.
final class ThreadPool: @unchecked Sendable {
  // Safe to share: everything mutable is touched with `lock` held.
  static let shared = ThreadPool(threadCount: ThreadPool.processorCount)

  /// How many threads work on a call, the caller included.
  let threadCount: Int
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let departure = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [Job] = []

  /// One call: tasks 0 to `count`, handed out in order.
  private final class Job: @unchecked Sendable {
    // Safe to share: the counter is atomic, `helpers` is touched with the pool's lock held, and
    // `body` is called only before the call that made the job returns.
    let body: (Int) -> Void
    let count: Int
    let next = Atomic<Int>(0)
    var helpers = 0

    init(count: Int, body: @escaping (Int) -> Void) {
      self.count = count
      self.body = body
    }

    var hasTasks: Bool { next.load(ordering: .relaxed) < count }

    func work() {
      while apus_is_cancelled() == 0 {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < count else { return }
        body(task)
      }
    }
  }

  /// A pool of so many threads, the caller's included.
  init(threadCount: Int) {
    self.threadCount = threadCount
    pthread_mutex_init(lock, nil)
    pthread_cond_init(arrival, nil)
    pthread_cond_init(departure, nil)
    for _ in 1..<Swift.max(threadCount, 1) { startThread() }
  }

  /// Calls `body` with each of `0..<count`, on any thread, and returns when all are done: true. When
  /// the query was asked to stop some tasks are left out: false.
  func forEach(_ count: Int, _ body: (Int) -> Void) -> Bool {
    guard count > 1, threadCount > 1 else {
      for task in 0..<Swift.max(count, 0) {
        guard apus_is_cancelled() == 0 else { return false }
        body(task)
      }
      return true
    }
    return withoutActuallyEscaping(body) { body in
      let job = Job(count: count, body: body)
      pthread_mutex_lock(lock)
      jobs.append(job)
      pthread_cond_broadcast(arrival)
      pthread_mutex_unlock(lock)

      job.work()

      pthread_mutex_lock(lock)
      jobs.removeAll { $0 === job }
      while job.helpers > 0 { pthread_cond_wait(departure, lock) }
      pthread_mutex_unlock(lock)
      return !job.hasTasks
    }
  }

  /// The processors that this process may run on, at most 64.
  private static var processorCount: Int {
    Swift.min(Swift.max(Int(apus_processor_count()), 1), 64)
  }

  private func startThread() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    // The signals of the process belong to its other threads.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, signal) }
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let pool = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, &attributes,
      { pool in
        guard let pool else { return nil }
        Unmanaged<ThreadPool>.fromOpaque(pool).takeUnretainedValue().serve()
      }, pool.toOpaque())
    // Without a thread the caller does all the work itself.
    if code != 0 { pool.release() }
  }

  private func serve() -> Never {
    pthread_mutex_lock(lock)
    while true {
      guard let job = jobs.first(where: \.hasTasks), apus_is_cancelled() == 0 else {
        pthread_cond_wait(arrival, lock)
        continue
      }
      job.helpers += 1
      pthread_mutex_unlock(lock)
      job.work()
      pthread_mutex_lock(lock)
      job.helpers -= 1
      if job.helpers == 0 { pthread_cond_broadcast(departure) }
    }
  }
}
