public import SluiceCore

/// Reads limits and budgets as files and stored records write them: one reader for both.
///
/// ```yaml
/// requests: 60/minute                        # or a list of such
/// tokens: ["100000/minute, cached 10%", 20000 output tokens/10s]
/// concurrency: 20
/// budget: 25 USD/month                       # or a map, or a list of such
/// ```
///
/// A budget as a map: `{ amount: 25 USD/month, action: hard, alerts: [50%, 80%], zone: Europe/Berlin }`, where `action` is `hard`,
/// `soft` or `downgrade`, the last with `to: MODEL`.
public struct RuleReader: Sendable {
    /// What a reader found.
    public struct Result: Sendable {
        /// The rules that could be read, in the order in which they are written.
        public var rules: [AdmissionRule] = []
        /// What is wrong with the others.
        public var problems: [RuleText.Problem] = []
    }

    /// The zone of budgets that do not say one.
    public let zone: TimeZoneRules
    /// Finds a zone by its name; `nil` for an unknown one.
    public let zones: @Sendable (String) -> TimeZoneRules?

    /// Makes a reader.
    public init(zone: TimeZoneRules = .utc, zones: @escaping @Sendable (String) -> TimeZoneRules?) {
        self.zone = zone
        self.zones = zones
    }

    /// Reads what stands below a level: `{ requests: 60/minute, budget: 25 USD/month }`.
    public func rules(_ text: RuleText, level: LimitLevel) -> Result {
        var reading = RuleReading(reader: self, level: level)
        reading.rules(text)
        return reading.result
    }

    /// Reads what stands at `budget`: `25 USD/month`, a map, or a list of such.
    public func budgets(_ text: RuleText, level: LimitLevel) -> Result {
        var reading = RuleReading(reader: self, level: level)
        reading.budgets(text, at: [])
        return reading.result
    }
}

/// The state of one call of a reader.
struct RuleReading {
    private static let names = ["requests", "tokens", "concurrency", "budget"]

    let reader: RuleReader
    let level: LimitLevel
    var result = RuleReader.Result()

    mutating func fail(_ message: String, at path: [RuleText.Step]) {
        self.result.problems.append(RuleText.Problem(message, at: path))
    }

    mutating func rules(_ text: RuleText) {
        guard case .map(let entries) = text else {
            return self.fail("expected a map, like { requests: 60/minute, concurrency: 20 }", at: [])
        }
        var seen: Set<String> = []
        for entry in entries {
            let path = [RuleText.Step.name(entry.name)]
            guard seen.insert(entry.name).inserted else {
                self.fail("it is written twice", at: path)
                continue
            }
            switch entry.name {
            case "requests": self.limits(entry.value, at: path, LimitRule.init(requests:level:))
            case "tokens": self.limits(entry.value, at: path, LimitRule.init(tokens:level:))
            case "concurrency": self.limits(entry.value, at: path, LimitRule.init(concurrency:level:))
            case "budget": self.budgets(entry.value, at: path)
            default: self.fail("unknown key; known here: \(Self.names.joined(separator: ", "))", at: path)
            }
        }
    }

    /// One limit, or a list of such.
    private mutating func limits(
        _ text: RuleText,
        at path: [RuleText.Step],
        _ parse: (String, LimitLevel) throws(LimitTextError) -> LimitRule
    ) {
        for (text, path) in Self.items(text, at: path) {
            guard case .text(let written) = text else {
                self.fail("expected a single value", at: path)
                continue
            }
            do throws(LimitTextError) {
                self.result.rules.append(.limit(try parse(written, self.level)))
            } catch {
                self.fail("\(error), found \(Self.shown(written))", at: path)
            }
        }
    }

    /// The items of a list, or the value alone, each with its place.
    static func items(_ text: RuleText, at path: [RuleText.Step]) -> [(text: RuleText, path: [RuleText.Step])] {
        guard case .list(let items) = text else { return [(text, path)] }
        return items.enumerated().map { ($0.element, path + [.item($0.offset)]) }
    }

    /// A percentage with at most one digit after the point, in thousandths.
    mutating func permille(_ text: RuleText, at path: [RuleText.Step]) -> Int? {
        if case .text(let written) = text, written.utf8.last == UInt8(ascii: "%") {
            let parts = written.dropLast().split(separator: ".", omittingEmptySubsequences: false)
            let digits = parts.count == 2 && parts[1].utf8.count == 1 ? String(parts[0] + parts[1]) : "\(parts[0])0"
            let isWhole = parts.count == 1 || parts.count == 2 && parts[1].utf8.count == 1
            if isWhole, !parts[0].isEmpty, let value = RateText.amount(digits), (1...1000).contains(value) {
                return Int(value)
            }
        }
        self.fail("expected a percentage up to 100%, like 80%", at: path)
        return nil
    }

    /// A text as a message shows it.
    static func shown(_ text: String) -> String {
        String(text.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
    }
}
