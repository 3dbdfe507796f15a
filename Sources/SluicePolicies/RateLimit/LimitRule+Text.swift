/// What is wrong with the text of a limit or a budget.
public struct LimitTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected, as `a rate like 60/minute or 60/10s`.
    public let expected: String

    public var description: String { "expected \(self.expected)" }
}

extension LimitRule {
    /// Reads a rate of requests: `60/minute`, `60 requests/minute`, `60/10s`.
    public init(requests text: some StringProtocol, level: LimitLevel) throws(LimitTextError) {
        guard let parts = RateText(text), parts.words.isEmpty || parts.words == ["requests"] else {
            throw LimitTextError(expected: "a rate like 60/minute or 60/10s")
        }
        self.init(parts.amount, .requests(per: parts.window), level: level)
    }

    /// Reads a rate of tokens: `100000/minute`, `100000 tokens/minute`, `20000 output tokens/minute`, and where cached
    /// ones count less `100000 tokens/minute, cached 10%`.
    public init(tokens text: some StringProtocol, level: LimitLevel) throws(LimitTextError) {
        let expected = "a rate like 100000 tokens/minute, or 20000 output tokens/minute, cached 10%"
        let halves = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, let parts = RateText(first) else { throw LimitTextError(expected: expected) }
        var words = parts.words
        if words.last == "tokens" { words.removeLast() }
        guard let direction = words.isEmpty ? .total : TokenMeasure.Direction(rawValue: words[0]), words.count <= 1,
            let cached = halves.count == 1 ? 1000 : Self.cachedPermille(halves[1])
        else { throw LimitTextError(expected: expected) }
        let measure = TokenMeasure(direction, cachedPermille: cached)
        self.init(parts.amount, .tokens(measure, per: parts.window), level: level)
    }

    /// Reads a number of concurrent requests: `20`.
    public init(concurrency text: some StringProtocol, level: LimitLevel) throws(LimitTextError) {
        guard let amount = RateText.amount(text) else { throw LimitTextError(expected: "a number like 20") }
        self.init(amount, .concurrency, level: level)
    }

    private static func cachedPermille(_ text: some StringProtocol) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0] == "cached", words[1].last == "%" else { return nil }
        guard let percent = RateText.amount(words[1].dropLast()), percent <= 100 else { return nil }
        return Int(percent) * 10
    }
}

/// `AMOUNT WORDS/WINDOW` in its parts.
struct RateText {
    let amount: Int64
    let words: [String]
    let window: LimitWindow

    init?(_ text: some StringProtocol) {
        let halves = String(text).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let words = halves[0].split(separator: " ").map(String.init)
        let end = halves[1].split(separator: " ")
        guard let first = words.first, let amount = Self.amount(first), end.count == 1,
            let window = LimitWindow(end[0])
        else { return nil }
        self.amount = amount
        self.words = Array(words.dropFirst())
        self.window = window
    }

    /// A number of ASCII digits, at most ``LimitAmount/largest``; underscores may part it.
    static func amount(_ text: some StringProtocol) -> Int64? {
        var result: Int64 = 0
        var hasDigit = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "_"), hasDigit { continue }
            guard (0x30...0x39).contains(byte) else { return nil }
            hasDigit = true
            result = result * 10 + Int64(byte - 0x30)
            guard result <= LimitAmount.largest else { return nil }
        }
        return hasDigit ? result : nil
    }
}
