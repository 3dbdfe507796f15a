public import SluiceWire

/// The capture of prompts and answers: `capture` in the file. Off by default; then it has no file, no thread and no cost.
public struct CaptureConfiguration: Sendable, Equatable {
    /// Whether keys and models that say `capture: true` are captured: `enabled`, default false.
    public var isEnabled: Bool
    /// The folder of the payloads: `directory`.
    public var directory: String
    /// How much of a request's body is kept, and how much of an answer's: `max_bytes`, default 256 KiB.
    public var bodyLimit: ByteSize
    /// How long payloads are kept: `retention`, default 7 days.
    public var retention: Duration
    /// How much of the disk they may take: `disk_limit`, default 1 GiB. The oldest make room.
    public var diskLimit: ByteSize
    /// How much memory they may take until they are written: `queue_bytes`, default 64 MiB.
    public var queueLimit: ByteSize
    /// The share of exchanges that are captured, of those that could be: `sample`, default all.
    public var sample: Percentage
    /// What is made unreadable before it is written: `redact`.
    public var redaction: RedactionRules

    /// Makes a configuration; what is left out has its default.
    public init(
        isEnabled: Bool = false,
        directory: String = "./data/payloads",
        bodyLimit: ByteSize = .kibibytes(256),
        retention: Duration = .seconds(7 * 86_400),
        diskLimit: ByteSize = .mebibytes(1024),
        queueLimit: ByteSize = .mebibytes(64),
        sample: Percentage = .all,
        redaction: RedactionRules = RedactionRules()
    ) {
        self.isEnabled = isEnabled
        self.directory = directory
        self.bodyLimit = bodyLimit
        self.retention = retention
        self.diskLimit = diskLimit
        self.queueLimit = queueLimit
        self.sample = sample
        self.redaction = redaction
    }
}
