import SluiceCore

/// What was found out about tokens, by their digests. When it is full, what was not asked for lately is forgotten.
struct IntrospectionCache {
    /// What is known of one token.
    struct Entry {
        /// Who has it; `nil` for a token that is worth nothing.
        var principal: Principal?
        /// For how long this holds.
        var until: UnixTime
    }

    private let capacity: Int
    // Two generations: when the younger is half of the capacity, it becomes the older, and that is forgotten.
    private var younger: [[UInt8]: Entry] = [:]
    private var older: [[UInt8]: Entry] = [:]

    init(capacity: Int) {
        self.capacity = max(2, capacity)
    }

    /// How much is kept.
    var count: Int { self.younger.count + self.older.count }

    /// What is known at a time.
    mutating func value(for digest: [UInt8], at now: UnixTime) -> Entry? {
        if let entry = self.younger[digest] { return now < entry.until ? entry : nil }
        guard let entry = self.older.removeValue(forKey: digest), now < entry.until else { return nil }
        self.insert(entry, for: digest)
        return entry
    }

    /// Keeps what was found out.
    mutating func insert(_ entry: Entry, for digest: [UInt8]) {
        self.older.removeValue(forKey: digest)
        self.younger[digest] = entry
        guard self.younger.count >= self.capacity / 2 else { return }
        self.older = self.younger
        self.younger = [:]
    }
}
