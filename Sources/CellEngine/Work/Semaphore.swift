internal import Glibc

/// A counting semaphore.
final class Semaphore: @unchecked Sendable {
  // sem_t is made to be used by several threads; it never moves.
  private let place = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(place, 0, 0) }

  deinit {
    sem_destroy(place)
    place.deallocate()
  }

  func signal() { sem_post(place) }

  func wait() { while sem_wait(place) < 0 && errno == EINTR {} }
}
