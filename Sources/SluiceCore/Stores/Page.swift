/// Which part of a list is wanted. Lists are in the order of creation, and a page is found by the last record of the one before it
/// (keyset pagination), so that a page costs the same wherever it is.
public struct PageRequest: Sendable, Hashable {
    /// The largest page.
    public static let largest = 1000

    /// How many records at most, 1 to ``largest``.
    public let limit: Int
    /// The ``Page/next`` of the page before; `nil` for the first.
    public let cursor: String?

    /// Makes a request. A limit outside 1 to ``largest`` is moved to its nearest end.
    public init(limit: Int = 100, after cursor: String? = nil) {
        self.limit = min(max(limit, 1), Self.largest)
        self.cursor = cursor
    }
}

/// A part of a list.
public struct Page<Record: Sendable>: Sendable {
    /// The records, oldest first.
    public var records: [Record]
    /// What to ask for next; `nil` at the end of the list.
    public var next: String?

    /// Makes a page.
    public init(records: [Record], next: String? = nil) {
        self.records = records
        self.next = next
    }
}
