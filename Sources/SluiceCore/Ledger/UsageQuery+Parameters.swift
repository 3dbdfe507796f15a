extension UsageQuery {
    /// The parameters that say the period, the groups and the order.
    public static let parameterNames = ["from", "to", "since", "by", "interval", "order", "limit"]

    /// The parameters that say what is counted at all; see ``UsageFilter/init(parameters:)``.
    public static let filterNames = ["key_id", "user", "team", "model", "provider", "tag", "status"]

    /// Reads a query of named parameters, each at most once.
    ///
    /// - Parameters:
    ///   - value: the value of a parameter; `nil` where it is not given.
    ///   - now: the end of the period where none is given.
    public init(parameters value: (String) -> String?, now: UnixTime) throws(UsageFault) {
        let range = try UsagePeriod.read(from: value("from"), to: value("to"), since: value("since"), now: now)
        var dimensions: [UsageDimension] = []
        for name in value("by")?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            guard let dimension = UsageDimension(name), !dimensions.contains(dimension) else {
                throw UsageFault(
                    "by",
                    "by: expected names with commas between them, each once: \(UsageDimension.names.joined(separator: ", ")) or tag:NAME."
                )
            }
            dimensions.append(dimension)
        }
        guard dimensions.count <= 4 else { throw UsageFault("by", "by: usage is grouped by four names at most.") }
        let interval = try Self.word("interval", UsageInterval.self, value)
        let order = try Self.word("order", UsageOrder.self, value) ?? (interval == nil ? .cost : .time)
        var limit = 1000
        if let text = value("limit") {
            guard let number = Int(text), (1...Self.largestLimit).contains(number) else {
                throw UsageFault("limit", "limit: expected a number from 1 to \(Self.largestLimit).")
            }
            limit = number
        }
        self.init(
            range: range, by: dimensions, interval: interval, filter: try UsageFilter(parameters: value), order: order,
            limit: limit)
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Word.Type, _ value: (String) -> String?
    ) throws(UsageFault) -> Word? {
        guard let text = value(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw UsageFault(name, "\(name): expected \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }
}

extension UsageFilter {
    /// Reads what is to be counted: `key_id`, `user`, `team`, `model`, `provider`, `tag` as `name:value`, and `status` as `404`, `4xx` or
    /// `500-599`.
    public init(parameters value: (String) -> String?) throws(UsageFault) {
        self.init()
        self.keyID = value("key_id")
        self.user = value("user")
        self.team = value("team")
        self.model = value("model")
        self.provider = value("provider")
        if let text = value("tag") {
            guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
                throw UsageFault("tag", "tag: expected a name, a colon and a value.")
            }
            self.tag = Tag(name: String(text[..<colon]), value: String(text[text.index(after: colon)...]))
        }
        if let text = value("status") {
            guard let statuses = Self.statuses(text) else {
                throw UsageFault(
                    "status", "status: expected a status like 404, a class like 4xx, or a range like 500-599.")
            }
            self.statuses = statuses
        }
    }

    private static func statuses(_ text: String) -> ClosedRange<Int>? {
        if text.hasSuffix("xx"), let hundred = Int(text.dropLast(2)), (1...9).contains(hundred) {
            return (hundred * 100)...(hundred * 100 + 99)
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
            (100...999).contains(first), (first...999).contains(last)
        else { return nil }
        return first...last
    }
}
