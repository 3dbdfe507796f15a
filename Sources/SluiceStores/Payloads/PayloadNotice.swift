public import SluiceCore

/// What an operator should know of the store of payloads. ``description`` is a line of the log.
public enum PayloadNotice: Sendable, Equatable {
    /// Payloads are left out from now on.
    case leavesOut(Reason)
    /// Payloads are kept again.
    case keeps
    /// Old payloads could not be deleted.
    case notRetired(StoreError)

    /// Why payloads are left out.
    public enum Reason: Sendable, Equatable {
        /// Too much waits in memory.
        case queueFull
        /// The journal of the ledger is long, or its disk full.
        case journalFirst
        /// The disk has not enough room.
        case diskShort
        /// They cannot be written.
        case failed(StoreError)
    }

    /// Whether it is bad news.
    public var isFailure: Bool { self != .keeps }
}

extension PayloadNotice: CustomStringConvertible {
    public var description: String {
        switch self {
        case .leavesOut(.queueFull): "payloads are left out: capture.queue_bytes of them wait to be written"
        case .leavesOut(.journalFirst): "payloads are left out: the room is for the ledger's journal"
        case .leavesOut(.diskShort): "payloads are left out: the disk has little room"
        case .leavesOut(.failed(let error)): "payloads are left out, since they cannot be written: \(error.message)"
        case .keeps: "payloads are kept again"
        case .notRetired(let error): "old payloads could not be deleted: \(error.message)"
        }
    }
}
