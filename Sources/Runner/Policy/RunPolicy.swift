/// How much time, memory and patience a run has.
package struct RunPolicy: Sendable, Equatable {
  /// How long one cell may take.
  package var cellTimeout: Duration?
  /// How long all cells together may take.
  package var notebookTimeout: Duration?
  /// How long a cell may say nothing.
  package var silenceTimeout: Duration?
  package var startTimeout = Duration.seconds(60)
  /// How often a run that failed is begun anew.
  package var retries = 0
  /// How long to wait before the first retry; each further one waits twice as long.
  package var retryDelay = Duration.seconds(1)
  /// Whether cells follow one that failed.
  package var allowsErrors = false
  /// How many bytes the kernel and its children may hold together.
  package var memoryLimit: Int?
  /// How much processor time the kernel and its children may take together.
  package var cpuLimit: Duration?

  package init() {}

  /// How long to wait before retry `number`, counted from 1; never more than five minutes.
  package func delay(beforeRetry number: Int) -> Duration {
    min(.seconds(300), retryDelay * (1 << min(number - 1, 16)))
  }
}
