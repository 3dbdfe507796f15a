/// The record of every exchange: `ledger` in the file.
public struct LedgerConfiguration: Sendable, Equatable {
    /// When what was written to the journal is made to reach the disk: `fsync`.
    public enum Sync: String, Sendable, CaseIterable {
        /// When the system sees fit.
        case none
        /// Each second.
        case second
        /// Always again as soon as there is something new.
        case batch
    }

    /// What becomes of requests while the disk has no room for the journal: `when_disk_full`.
    public enum WhenDiskFull: String, Sendable, CaseIterable {
        /// They are served; records that find no room are lost in the end.
        case serve
        /// They are refused.
        case refuse
    }

    /// Whether there is a ledger: `enabled`, default true. Without a database there is none.
    public var isEnabled: Bool
    /// The folder of the journal: `directory`.
    public var directory: String
    /// When what was written reaches the disk: `fsync`, default `second`.
    public var sync: Sync
    /// From which size of the journal on records are shortened to what usage is computed of: `journal_limit`, default 1 GiB.
    public var journalLimit: ByteSize
    /// What becomes of requests while the disk is full: `when_disk_full`, default `serve`.
    public var whenDiskFull: WhenDiskFull
    /// How long records are kept: `retention`, default 90 days. `nil` for `off`: for ever.
    public var retention: Duration?
    /// How long the sums of hours and days are kept: `rollup_retention`. `nil` for `off`, the default: for ever.
    public var rollupRetention: Duration?

    /// Makes a configuration; what is left out has its default.
    public init(
        isEnabled: Bool = true,
        directory: String = "./data/journal",
        sync: Sync = .second,
        journalLimit: ByteSize = .mebibytes(1024),
        whenDiskFull: WhenDiskFull = .serve,
        retention: Duration? = .seconds(90 * 86_400),
        rollupRetention: Duration? = nil
    ) {
        self.isEnabled = isEnabled
        self.directory = directory
        self.sync = sync
        self.journalLimit = journalLimit
        self.whenDiskFull = whenDiskFull
        self.retention = retention
        self.rollupRetention = rollupRetention
    }
}
