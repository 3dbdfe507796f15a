import Glibc

/// A counter that threads wait for: each ``post()`` lets one ``wait()`` go on.
final class Signal: @unchecked Sendable {
    // Unchecked: a semaphore is made to be shared by threads, and lives at a fixed address until the last reference is gone.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(self.semaphore, 0, 0)
    }

    deinit {
        sem_destroy(self.semaphore)
        self.semaphore.deallocate()
    }

    /// Lets one go on.
    func post() {
        // It fails only when two thousand million posts were not waited for.
        _ = sem_post(self.semaphore)
    }

    /// Waits for a post.
    func wait() {
        while sem_wait(self.semaphore) != 0, errno == EINTR {}
    }
}
