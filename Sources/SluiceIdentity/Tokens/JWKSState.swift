import SluiceCore

/// When the keys of an issuer are fetched, and for how long they are good. Time and chance come in as arguments.
///
/// Keys are fresh for what the issuer's `cache-control` says, within bounds. Then they are fetched anew, with growing pauses while
/// that fails; all the while the old ones are good, up to `keepKeys` after they were fetched.
struct JWKSState {
    /// How long keys are fresh where the issuer does not say.
    static let usualFreshness = Duration.seconds(15 * 60)
    /// What of an issuer's word is taken.
    static let freshness: ClosedRange<Int> = 5 * 60...24 * 60 * 60
    /// How often keys are looked for that a token names and nobody knows.
    static let unknownKeyPause = Duration.seconds(30)
    /// The first and the last pause after a fetch that failed, in seconds.
    private static let pauses = (first: 2.0, last: 300.0)

    /// What the keys are now.
    enum Answer {
        case keys(KeySet)
        /// They are being fetched for the first time.
        case pending
        /// They could not be fetched, or not for too long.
        case unavailable
    }

    private let keepKeys: Duration
    private var keys: KeySet?
    private var goodUntil = UnixTime(milliseconds: .min)
    private var dueAt = UnixTime(milliseconds: .min)
    private var lastSearch: UnixTime?
    private var failures = 0
    private var isWanted = false
    private(set) var isFetching = false

    init(keepKeys: Duration) {
        self.keepKeys = keepKeys
    }

    /// The keys, as far as they are good.
    func answer(at now: UnixTime) -> Answer {
        if let keys = self.keys { return now < self.goodUntil ? .keys(keys) : .unavailable }
        return self.failures == 0 ? .pending : .unavailable
    }

    /// Whether a fetch is to begin now. It has begun when this says so.
    mutating func begin(at now: UnixTime) -> Bool {
        guard !self.isFetching, self.isWanted || now >= self.dueAt else { return false }
        self.isFetching = true
        self.isWanted = false
        return true
    }

    /// A token names a key that is not there. Whether it is worth waiting for a fetch.
    mutating func search(at now: UnixTime) -> Bool {
        if self.isFetching || self.isWanted { return true }
        // A clock that was set back must not end the search for good.
        if let last = self.lastSearch, now >= last, now < last.advanced(by: Self.unknownKeyPause) { return false }
        self.lastSearch = now
        self.isWanted = true
        return true
    }

    /// A fetch brought keys.
    mutating func succeed(_ keys: KeySet, maxAgeSeconds: Int?, at now: UnixTime) {
        self.isFetching = false
        self.failures = 0
        self.keys = keys
        self.goodUntil = now.advanced(by: self.keepKeys)
        let age = maxAgeSeconds.map { min(max($0, Self.freshness.lowerBound), Self.freshness.upperBound) }
        let fresh = age.map { Duration.seconds($0) } ?? Self.usualFreshness
        // Half of what they are good for leaves time for a second attempt.
        self.dueAt = now.advanced(by: min(fresh, self.keepKeys / 2))
    }

    /// A fetch brought nothing. `jitter` is a number from 0 to 1.
    mutating func fail(at now: UnixTime, jitter: Double) {
        self.isFetching = false
        self.failures = min(self.failures + 1, 16)
        var pause = Self.pauses.first
        for _ in 1..<self.failures { pause = min(pause * 2, Self.pauses.last) }
        let part = 0.5 + min(max(jitter, 0), 1) / 2
        self.dueAt = now.advanced(by: .milliseconds(Int64(pause * part * 1000)))
    }
}
