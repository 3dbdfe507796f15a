/// How the strategy `prefix` remembers which target has which prompts in its cache.
public struct PrefixConfiguration: Sendable, Equatable {
    /// A target that has more than this many times the mean of live exchanges is passed over, however warm its cache:
    /// `load`, 1 to 100, default 1.5.
    public var load: Double
    /// The most memory for what is remembered: `memory`, default 8 MiB.
    public var memory: ByteSize
    /// How long a prompt is taken to stay in a cache: `expiry`, default 10 min.
    public var expiry: Duration

    /// Makes a configuration; what is left out has its default.
    public init(load: Double = 1.5, memory: ByteSize = .mebibytes(8), expiry: Duration = .seconds(600)) {
        self.load = load
        self.memory = memory
        self.expiry = expiry
    }
}
