/// A shard's own memory of the numbers that ``LabelInterner`` gave. It holds only names that have one, so it is bounded too.
struct LabelCache {
    private let interner: LabelInterner
    private var numbers: [String: UInt32] = [:]

    init(_ interner: LabelInterner) {
        self.interner = interner
    }

    /// The number of a name, or ``LabelInterner/other``.
    mutating func number(of name: String, mayAdd: Bool = true) -> UInt32 {
        if let known = self.numbers[name] { return known }
        guard let number = self.interner.number(of: name, mayAdd: mayAdd) else { return LabelInterner.other }
        self.numbers[name] = number
        return number
    }
}
