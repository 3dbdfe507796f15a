import SluiceCore
import Synchronization

/// Whether somebody behind keys is served.
struct Standing: Sendable, Hashable {
    /// It exists and is not disabled.
    var isServed: Bool
    /// The team of a user.
    var team: TeamID?
}

/// A record of somebody who stands behind keys.
protocol StandingRecord: StoredRecord {
    /// Whether its keys are served.
    var standing: Standing { get }
}

extension TenantRecord: StandingRecord {
    var standing: Standing { Standing(isServed: !self.isDisabled) }
}

extension TeamRecord: StandingRecord {
    var standing: Standing { Standing(isServed: !self.isDisabled) }
}

extension UserRecord: StandingRecord {
    var standing: Standing { Standing(isServed: !self.isDisabled, team: self.team) }
}

/// Remembers who is served, until that changes.
final class StandingMemory<Record: StandingRecord>: Sendable {
    private struct State: Sendable {
        var trail = ChangeTrail()
        var known = SecondChanceCache<String, Standing>(capacity: 16_384)
    }

    private let read: @Sendable (RecordID<Record>) async throws(StoreError) -> Record?
    private let state = Mutex(State())

    /// `read` asks the store, which gives `nil` for what does not exist.
    init(_ read: @escaping @Sendable (RecordID<Record>) async throws(StoreError) -> Record?) {
        self.read = read
    }

    /// How a record stands; what does not exist is not served.
    func standing(of id: RecordID<Record>) async throws(StoreError) -> Standing {
        let (known, mark) = self.state.withLock { ($0.known.value(for: id.text), $0.trail.mark) }
        if let known { return known }
        let standing = try await self.read(id)?.standing ?? Standing(isServed: false)
        let subject = ChangeTrail.Subject(kind: Record.kind, id: id.text)
        self.state.withLock { state in
            guard !state.trail.touches([subject], since: mark) else { return }
            state.known.insert(standing, for: id.text)
        }
        return standing
    }

    /// Forgets those of its kind that changed.
    func forget(_ changes: [Change]) {
        let own = changes.filter { $0.kind == Record.kind }
        guard !own.isEmpty else { return }
        self.state.withLock { state in
            state.trail.append(own)
            for change in own { state.known.remove(change.id) }
        }
    }

    /// Forgets everything.
    func forgetAll() {
        self.state.withLock { state in
            state.trail.everythingChanged()
            state.known.removeAll()
        }
    }
}
