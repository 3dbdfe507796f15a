/// Why a store could not do what it was asked.
///
/// ``message`` and ``description`` are safe for logs: they hold no key, no password, no value of a row.
public struct StoreError: Error, Sendable, Equatable {
    /// What went wrong. The raw value is stable and stands in logs and metrics.
    public enum Kind: String, Sendable, CaseIterable {
        /// The database or Redis cannot be reached now.
        case unavailable
        /// Too much waits already, or a lock was not had in time. Nothing was done.
        case busy
        /// The deadline passed. Nothing was done.
        case timeout
        /// The task that asked was cancelled before the work began.
        case cancelled
        /// The connection broke while a change was being made final: it may have been made.
        case outcomeUnknown = "outcome_unknown"
        /// Two transactions got in each other's way, and trying again did not help.
        case contention
        /// Such a record exists already, or it was changed by another since it was read.
        case conflict
        /// There is no such record in the scope.
        case notFound = "not_found"
        /// Other records refer to the record, or it refers to one that does not exist in its tenant.
        case reference
        /// A value is not what the schema allows.
        case invalid
        /// What is stored cannot be read: damaged, or not written by this program.
        case corrupt
        /// The schema was made by a newer version of the program.
        case newerSchema = "newer_schema"
        /// The location, the credentials, the rights or a library are not in order; waiting does not help.
        case misconfigured
        /// The disk is full.
        case full
        /// A fault of the program or of a statement of its own.
        case `internal` = "internal_error"
    }

    /// What went wrong.
    public var kind: Kind
    /// One or two English sentences: what was wrong, and what to do.
    public var message: String

    /// Makes an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Whether the same call may succeed later without a change of anything else.
    public var isRetryable: Bool {
        switch self.kind {
        case .unavailable, .busy, .timeout, .contention: true
        case .cancelled, .outcomeUnknown, .conflict, .notFound, .reference, .invalid, .corrupt, .newerSchema,
            .misconfigured, .full, .internal:
            false
        }
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        "\(self.kind.rawValue): \(self.message)"
    }
}
