import Glibc
import SluiceCore

/// A lock with a place to wait, for threads that block. Nothing on an event loop waits here, and nobody calls out while holding it.
final class Monitor: @unchecked Sendable {
    // Unchecked: the two are made to be shared by threads, and live at fixed addresses until the last reference is gone.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    /// Calls `body` with the lock held.
    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }

    /// Waits for a signal or the moment. To be called with the lock held; it can return without cause.
    func wait(until moment: MonotonicTime) {
        if moment == .never {
            pthread_cond_wait(self.condition, self.mutex)
            return
        }
        var time = timespec()
        time.tv_sec = Int(moment.nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(moment.nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(self.condition, self.mutex, &time)
    }

    /// Wakes all that wait.
    func wakeAll() {
        pthread_cond_broadcast(self.condition)
    }
}
