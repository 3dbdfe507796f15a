/// The bounds of the store of payloads.
public struct PayloadSettings: Sendable, Equatable {
    /// The folder; made when it is missing, with mode 0700. Several processes may share one.
    public var folder: String
    /// How long payloads are kept, from the time of the request.
    public var retention = Duration.seconds(7 * 86_400)
    /// How many bytes they may take on the disk. The oldest make room.
    public var diskLimitBytes: Int64 = 1 << 30
    /// How many bytes may be held in memory: of exchanges that run, and of those that wait to be written.
    public var queueBytes = 64 << 20
    /// How many bytes of the disk are left for others: payloads are left out while less is free.
    public var spareBytes: Int64 = 64 << 20
    /// After how long without one that was left out the log says that payloads are kept again.
    public var quiet = Duration.seconds(10)
    /// How long the end of the process may wait for what is still to be written.
    public var lastWriting = Duration.seconds(5)

    /// The defaults, with a folder.
    public init(folder: String) {
        self.folder = folder
    }
}
