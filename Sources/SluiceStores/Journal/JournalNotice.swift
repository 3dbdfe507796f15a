public import SluiceCore

/// What an operator should know of the ledger. ``description`` is a line of the log.
public enum JournalNotice: Sendable, Equatable {
    /// The disk has no room for the journal.
    case full(StoreError)
    /// It has room again.
    case hasRoom
    /// What was written may be lost if the machine loses power.
    case notSynced(StoreError)
    /// Lines of a segment were damaged, or not written whole, and left out.
    case damaged(path: String, lines: Int, isTorn: Bool)
    /// A segment was removed by somebody else; what it had is lost.
    case vanished(path: String)
    /// Segments of a process that ended without shipping them were found.
    case leftovers(segments: Int, bytes: Int64)
    /// Records cannot be stored now; it is tried again.
    case delayed(StoreError)
    /// Records are stored again.
    case resumed
    /// The database refuses a record for what it is; it stands in the file now.
    case rejected(path: String, StoreError)
    /// Old records or sums could not be deleted.
    case notRetired(StoreError)

    /// Whether it is bad news.
    public var isFailure: Bool {
        switch self {
        case .hasRoom, .leftovers, .resumed: false
        case .full, .notSynced, .damaged, .vanished, .delayed, .rejected, .notRetired: true
        }
    }
}

extension JournalNotice: CustomStringConvertible {
    public var description: String {
        switch self {
        case .full(let error): "the ledger's disk is full: \(error.message)"
        case .hasRoom: "the ledger's disk has room again"
        case .notSynced(let error): error.message
        case .damaged(let path, let lines, let isTorn):
            isTorn
                ? "the last line of \(path) was not written whole and is left out: its answer was not complete either"
                : "\(lines) lines of \(path) are damaged and left out"
        case .vanished(let path): "\(path) was removed before it was stored, and what it had is lost"
        case .leftovers(let segments, let bytes):
            "\(segments) segments with \(bytes) bytes are left of processes that ended; they are stored now"
        case .delayed(let error): "the ledger cannot be stored now and is kept in the journal: \(error)"
        case .resumed: "the ledger is stored again"
        case .rejected(let path, let error): "the database refuses a record, which is kept in \(path): \(error)"
        case .notRetired(let error): "old records of the ledger could not be deleted: \(error)"
        }
    }
}
