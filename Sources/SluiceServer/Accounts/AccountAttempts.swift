import SluiceCore
import SluiceIdentity
import Synchronization

/// Bounds what one address may ask of accounts: hashing a password is dear, and guessing one has to be slow.
final class AccountAttempts: Sendable {
    private let attempts: Mutex<FailedAttempts>

    /// - Parameters:
    ///   - burst: how many attempts an address has in one go.
    ///   - interval: after how long it has one more.
    init(burst: Int = 20, interval: Duration = .seconds(6)) {
        self.attempts = Mutex(FailedAttempts(burst: burst, interval: interval))
    }

    /// Counts an attempt, whatever becomes of it; in how many seconds the next is looked at, when there were too many.
    func attempt(from source: String?, at now: UnixTime) -> Int? {
        let address = source.flatMap { IPAddress($0) }
        return self.attempts.withLock { attempts in
            if let seconds = attempts.wait(of: address, at: now) { return seconds }
            attempts.failed(from: address, at: now)
            return nil
        }
    }
}
