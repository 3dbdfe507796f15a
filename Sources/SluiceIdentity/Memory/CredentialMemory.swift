import SluiceCore
import Synchronization

/// The credentials that were verified, for as long as they hold. One for the process; it outlives reloads.
///
/// Only what was verified comes in, so that wrong credentials take no place. Split into parts with a lock each, so that event loops
/// seldom meet.
public final class CredentialMemory: Sendable {
    private final class Part: Sendable {
        let entries: Mutex<SecondChanceCache<CredentialDigest, KnownCredential>>

        init(capacity: Int) {
            self.entries = Mutex(SecondChanceCache(capacity: capacity))
        }
    }

    private static let partCount = 64
    private let parts: [Part]
    private let trail = Mutex(ChangeTrail())
    private let knownFor: Duration
    /// When the database was last heard of, in milliseconds; ``Int64/min`` before the first time.
    private let lastContact = Atomic<Int64>(.min)

    /// Makes an empty memory.
    ///
    /// - Parameters:
    ///   - capacity: how many credentials are kept; those that are used go last. One takes about half a kilobyte.
    ///   - knownFor: how long stored keys are taken from memory after the database was last heard of: `storage.known_keys`.
    public init(capacity: Int = 65_536, knownFor: Duration) {
        let perPart = max(1, capacity / Self.partCount)
        self.parts = (0..<Self.partCount).map { _ in Part(capacity: perPart) }
        self.knownFor = knownFor
    }

    /// How many credentials are kept.
    public var count: Int { self.parts.reduce(0) { $0 + $1.entries.withLock { $0.count } } }

    // MARK: Used for each request

    /// The credential with this digest, if it was verified, still holds, and was accepted by this set of verifiers.
    func credential(_ digest: CredentialDigest, generation: Int, at now: UnixTime) -> KnownCredential? {
        let found = self.part(of: digest).entries.withLock { $0.value(for: digest) }
        guard let found, found.isGood(at: now) else { return nil }
        guard found.principal.proof != .storedKey else { return self.isInContact(at: now) ? found : nil }
        return found.generation == generation ? found : nil
    }

    private func isInContact(at now: UnixTime) -> Bool {
        let last = UnixTime(milliseconds: self.lastContact.load(ordering: .relaxed))
        return now < last.advanced(by: self.knownFor)
    }

    private func part(of digest: CredentialDigest) -> Part {
        self.parts[digest.place % Self.partCount]
    }

    // MARK: Used for each verification

    /// The moment after all changes so far.
    func mark() -> ChangeTrail.Mark { self.trail.withLock { $0.mark } }

    /// Keeps a credential whose verification began at a moment. `false` when something on which it depends has changed since: then what was
    /// found is old, and nothing is kept.
    func keep(_ credential: KnownCredential, _ digest: CredentialDigest, verifiedAt mark: ChangeTrail.Mark) -> Bool {
        // Asked with the part's lock held: a change is first noted in the trail and then looked for in the parts, so that it
        // is seen here, or finds what is kept here.
        self.part(of: digest).entries.withLock { entries in
            guard !self.trail.withLock({ $0.touches(credential.subjects, since: mark) }) else { return false }
            entries.insert(credential, for: digest)
            return true
        }
    }

    // MARK: Used when something changes

    /// The database answered.
    func heardOfDatabase(at now: UnixTime) {
        self.lastContact.store(now.milliseconds, ordering: .relaxed)
    }

    /// Forgets what depends on records that changed.
    func forget(_ changes: [Change]) {
        guard !changes.isEmpty else { return }
        self.trail.withLock { $0.append(changes) }
        let subjects = Set(changes.map { ChangeTrail.Subject(kind: $0.kind, id: $0.id) })
        for part in self.parts {
            part.entries.withLock { $0.removeAll { $0.subjects.contains { subjects.contains($0) } } }
        }
    }

    /// Forgets everything.
    func forgetAll() {
        self.trail.withLock { $0.everythingChanged() }
        for part in self.parts { part.entries.withLock { $0.removeAll() } }
    }
}
