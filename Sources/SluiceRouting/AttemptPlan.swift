/// The targets of one request, in the order in which they are tried.
public struct AttemptPlan: Sendable, Equatable {
    /// The targets; never empty.
    public var targets: [Target]
    /// The entry of the model table that decided, if one did: where its timeouts are found.
    public var entry: Int?
    /// Whether the client's name for the model stands in the model table, so that it may become a metric label.
    public var isListed: Bool

    /// Makes a plan.
    public init(targets: [Target], entry: Int?, isListed: Bool) {
        self.targets = targets
        self.entry = entry
        self.isListed = isListed
    }
}
