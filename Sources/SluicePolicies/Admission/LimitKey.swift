import Synchronization

/// Which count a rule means: its level, what it meters, and the names at that level.
///
/// The amount is no part of it, so that a changed limit goes on with what was counted. What a rule meters is a text
/// such as `requests/60000000` that the rule makes once; see ``LimitRule/meter`` and ``BudgetRule/meter``.
///
/// A reference, since plans, counts and reservations all hold it.
public final class LimitKey: Sendable, Hashable {
    /// The level of the rule.
    public let level: LimitLevel
    /// What is metered.
    public let meter: String
    /// The names at ``level``, and no others.
    public let subject: LimitSubject
    /// Computed once, since a key is looked up in a shard and within it.
    let hash: Int
    /// Made when it is first asked for: only what leaves the process needs it, and then for every request.
    private let madeText = AtomicLazyReference<Text>()

    private final class Text: Sendable {
        let text: String

        init(_ text: String) { self.text = text }
    }

    /// Makes a key; names of `subject` at other levels are left out.
    public convenience init(level: LimitLevel, meter: String, subject: LimitSubject) {
        self.init(level: level, meter: meter, meterHash: meter.hashValue, subject: subject)
    }

    init(level: LimitLevel, meter: String, meterHash: Int, subject: LimitSubject) {
        self.level = level
        self.meter = meter
        let subject = subject.masked(by: level)
        self.subject = subject
        var hasher = Hasher()
        hasher.combine(meterHash)
        hasher.combine(level.rawValue)
        if let key = subject.key { hasher.combine(key) }
        if let user = subject.user { hasher.combine(user) }
        if let team = subject.team { hasher.combine(team) }
        if let tenant = subject.tenant { hasher.combine(tenant) }
        if let model = subject.model { hasher.combine(model) }
        if let provider = subject.provider { hasher.combine(provider) }
        self.hash = hasher.finalize()
    }

    /// `key+model/requests/60000000/4:k7f3|6:gpt-4o`: each name behind its length in bytes, so that no two keys have
    /// the same text, whatever is in the names.
    public var text: String {
        if let made = self.madeText.load() { return made.text }
        return self.madeText.storeIfNil(Text(self.makeText())).text
    }

    private func makeText() -> String {
        let names = LimitLevel.names.compactMap { entry in
            self.subject[entry.level].map { "\($0.utf8.count):\($0)" }
        }
        return "\(self.level)/\(self.meter)/" + names.joined(separator: "|")
    }

    public static func == (left: LimitKey, right: LimitKey) -> Bool {
        left === right
            || left.hash == right.hash && left.level == right.level && left.meter == right.meter
                && left.subject == right.subject
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.hash)
    }
}
