import SluiceCore

/// The last changes, so that who read a record while it was changed learns that what it read may be old.
struct ChangeTrail: Sendable {
    /// A moment between two changes.
    struct Mark: Sendable, Equatable {
        fileprivate var sequence: Int
    }

    /// A record that something depends on.
    struct Subject: Sendable, Hashable {
        var kind: RecordKind
        var id: String
    }

    private static let length = 1024
    private var recent: [(sequence: Int, subject: Subject)] = []
    private var sequence = 0
    /// What was read before this is old, whatever it is.
    private var horizon = 0

    /// The moment after all changes so far.
    var mark: Mark { Mark(sequence: self.sequence) }

    /// These records changed.
    mutating func append(_ changes: [Change]) {
        for change in changes {
            self.sequence += 1
            self.recent.append((self.sequence, Subject(kind: change.kind, id: change.id)))
        }
        guard self.recent.count > Self.length else { return }
        let gone = self.recent.count - Self.length / 2
        self.horizon = max(self.horizon, self.recent[gone - 1].sequence)
        self.recent.removeFirst(gone)
    }

    /// Everything may have changed.
    mutating func everythingChanged() {
        self.sequence += 1
        self.horizon = self.sequence
        self.recent.removeAll()
    }

    /// Whether one of these records may have changed since a moment.
    func touches(_ subjects: [Subject], since mark: Mark) -> Bool {
        guard mark.sequence != self.sequence else { return false }
        guard mark.sequence >= self.horizon else { return true }
        return self.recent.reversed().prefix { $0.sequence > mark.sequence }.contains { subjects.contains($0.subject) }
    }
}
