/// Whom a copy of a model's requests goes to; the answers are thrown away: `mirror`.
public struct MirrorConfiguration: Sendable, Equatable {
    /// Where the copies go: `to`.
    public var destination: ModelReference
    /// How many of the requests are copied: `percent`, default all.
    public var share: Percentage

    /// Makes a configuration.
    public init(to destination: ModelReference, share: Percentage = .all) {
        self.destination = destination
        self.share = share
    }
}
