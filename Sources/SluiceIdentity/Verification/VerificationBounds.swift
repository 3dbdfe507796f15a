/// How much verifying may take at most.
public struct VerificationBounds: Sendable {
    /// How many credentials are verified at once: enough for the store's connections and the hashing threads to have work.
    public var concurrent = 64
    /// How many requests may wait for theirs. All keys of a deployment may come at once after a restart.
    public var waiting = 16_384
    /// How long one may take, waiting included.
    public var deadline: Duration = .seconds(15)
    /// How many wrong credentials an address may send in one go.
    public var failureBurst = 30
    /// After how long it may send one more.
    public var failureInterval: Duration = .seconds(2)
    /// How many addresses are remembered.
    public var failureAddresses = 65_536

    /// The defaults.
    public init() {}
}
