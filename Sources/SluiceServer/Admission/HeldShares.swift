import SluicePolicies
import Synchronization

/// The shares that are held in advance, behind a lock.
///
/// An object of its own, since an optional lock must not stand in another one: locking it crashed where it was `nil`.
final class HeldShares: Sendable {
    let table: Mutex<ShareTable>

    init(_ table: sending ShareTable) {
        self.table = Mutex(table)
    }
}
