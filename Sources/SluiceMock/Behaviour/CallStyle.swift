/// How tool calls are told.
struct CallStyle: Sendable, Equatable {
    /// The order of the pieces of several calls in a stream.
    enum Order: Sendable, Equatable {
        case oneByOne
        /// In turns: the first piece of each, the second of each.
        case interleaved
        case inOneChunk
    }

    enum Arguments: Sendable, Equatable {
        /// JSON that fits the tool's schema.
        case fitting
        case empty
        /// A text that breaks off like JSON cut by a limit.
        case invalid
    }

    var order: Order = .oneByOne
    var arguments: Arguments = .fitting
    /// Whether ids have an alphabet of their own, with dots and colons.
    var hasForeignIDs = false
}
