import Synchronization

/// One count behind a lock, shared by all requests that it concerns.
final class Counter: Sendable {
    struct State: ~Copyable {
        var meter: Meter
        /// Reservations that hold part of it: as long as there are any, it is not forgotten.
        var open = 0
        /// Whether it was forgotten. Who finds it so looks it up again.
        var isRetired = false
    }

    /// Locks are taken in ascending order of these numbers.
    let number: UInt64
    let state: Mutex<State>

    init(number: UInt64, rule: AdmissionRule) {
        self.number = number
        self.state = Mutex(State(meter: Meter(for: rule)))
    }
}
