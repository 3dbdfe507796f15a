/// What usage is asked for.
public struct UsageQuery: Sendable, Equatable {
    /// The most rows of an answer.
    public static let largestLimit = 100_000

    /// From when to when by the time at which requests were received; the end is not part of it.
    public var range: Range<UnixTime>
    /// By what it is grouped; each at most once.
    public var dimensions: [UsageDimension]
    /// Whether it is grouped by time as well.
    public var interval: UsageInterval?
    /// What is counted at all.
    public var filter: UsageFilter
    /// The order of the rows.
    public var order: UsageOrder
    /// How many rows at most, 1 to ``largestLimit``.
    public var limit: Int

    /// Makes a query.
    public init(
        range: Range<UnixTime>,
        by dimensions: [UsageDimension] = [],
        interval: UsageInterval? = nil,
        filter: UsageFilter = UsageFilter(),
        order: UsageOrder = .time,
        limit: Int = 10_000
    ) {
        self.range = range
        self.dimensions = dimensions
        self.interval = interval
        self.filter = filter
        self.order = order
        self.limit = min(max(limit, 1), Self.largestLimit)
    }
}

/// What usage can be grouped by.
public enum UsageDimension: Sendable, Hashable {
    /// The key's public id.
    case key
    /// The user.
    case user
    /// The team.
    case team
    /// The tenant.
    case tenant
    /// The model as the client named it, where it is in the model table.
    case model
    /// The provider.
    case provider
    /// The model name that the provider was asked for.
    case targetModel
    /// The path template of the surface.
    case route
    /// The status that the client saw.
    case status
    /// The value of the key's tag of this name.
    case tag(String)
}

/// The length of the intervals that usage is grouped by. All begin by UTC.
public enum UsageInterval: String, Sendable, CaseIterable {
    case hour
    case day
    case month
}

/// The order of rows. All but ``time`` put the largest first.
public enum UsageOrder: String, Sendable, CaseIterable {
    /// By the beginning of the interval, then by the dimensions.
    case time
    case cost
    case tokens
    case requests
}

/// What is counted: everything for which all that is set holds.
public struct UsageFilter: Sendable, Equatable {
    /// A tag with its value.
    public struct Tag: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String

        /// Makes a tag.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The key's public id.
    public var keyID: String?
    /// The user.
    public var user: String?
    /// The team.
    public var team: String?
    /// The tenant, within what the scope shows.
    public var tenant: String?
    /// The model as the client named it.
    public var model: String?
    /// The provider: the attempts that it had, with their tokens, and the exchanges that it answered.
    public var provider: String?
    /// A tag of the key.
    public var tag: Tag?
    /// The lowest and the highest status.
    public var statuses: ClosedRange<Int>?

    /// Makes a filter for everything.
    public init() {}
}
