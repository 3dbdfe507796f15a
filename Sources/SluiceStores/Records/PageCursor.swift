import SluiceCore

/// The place in a list after which a page begins, as text: milliseconds, a dot, the id.
struct PageCursor: Equatable {
    var time: UnixTime
    var id: String

    /// The place after a record.
    init(time: UnixTime, id: String) {
        self.time = time
        self.id = id
    }

    /// Reads a cursor. Throws `invalid` when no page gave it.
    init(_ text: String) throws(StoreError) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]) else {
            throw StoreError(.invalid, "the cursor is not one that a page gave")
        }
        self.init(time: UnixTime(milliseconds: milliseconds), id: String(parts[1]))
    }

    var text: String { "\(self.time.milliseconds).\(self.id)" }
}
