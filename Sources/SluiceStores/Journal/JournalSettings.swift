/// How the journal is kept.
public struct JournalSettings: Sendable, Equatable {
    /// When what was written is made to reach the disk. A process that ends, however it ends, loses nothing by any of them: this
    /// is about the power of the machine.
    public enum Sync: String, Sendable, CaseIterable {
        /// When the system sees fit.
        case none
        /// Each second.
        case second
        /// Always again as soon as there is something new: what came while the disk was busy is one batch.
        case batch
    }

    /// What becomes of requests while the disk is full.
    public enum WhenFull: String, Sendable, CaseIterable {
        /// They are served. Records wait in memory, up to a bound, and are lost beyond it.
        case serve
        /// They are refused, so that nothing is used that is not accounted for.
        case refuse
    }

    /// The folder; made when it is missing. Several processes may share one.
    public var folder: String
    /// When what was written reaches the disk.
    public var sync = Sync.second
    /// What becomes of requests while the disk is full.
    public var whenFull = WhenFull.serve
    /// From how many bytes of journal on, records are shortened to what usage is computed of.
    public var limitBytes: Int64 = 1 << 30
    /// How long a segment gets, in bytes; each event loop has two.
    public var segmentBytes: Int64 = 1 << 20
    /// How many bytes of records each loop keeps in memory when they cannot be written.
    public var backlogBytes = 8 << 20
    /// How many bytes of records all loops together keep in memory for the shipper, which reads the others from the segments.
    public var handOverBytes = 8 << 20
    /// How many records that are at most.
    public var handOverRecords = 8192

    /// The defaults, with a folder.
    public init(folder: String) {
        self.folder = folder
    }
}
