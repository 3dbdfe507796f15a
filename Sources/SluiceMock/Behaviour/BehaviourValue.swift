/// The spelling of values in model names and headers.
enum BehaviourValue {
    /// The longest wait that can be asked for.
    static let longestDelay: Duration = .seconds(3600)
    /// The largest count and the largest size that can be asked for.
    static let largestCount = 10_000_000
    static let largestSize = 4 << 30
    /// The most tokens of one answer.
    static let mostTokens = 1_000_000

    /// `250ms`, `2s`, `1m`, `50us` to a duration of at most an hour; nil for anything else.
    static func duration(_ text: Substring) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        let result: Duration
        switch unit {
        case "us": result = .microseconds(number)
        case "ms": result = .milliseconds(number)
        case "s": result = .seconds(number)
        case "m": result = .seconds(number * 60)
        default: return nil
        }
        return result <= longestDelay ? result : nil
    }

    /// `0` to `10000000`; nil for anything else.
    static func count(_ text: Substring) -> Int? {
        guard let (number, unit) = split(text), unit.isEmpty, number <= largestCount else { return nil }
        return Int(number)
    }

    /// `200`, `64KiB`, `50MB` and so on up to 4 GiB; nil for anything else.
    static func size(_ text: Substring) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let factor: Int64
        switch unit.lowercased() {
        case "", "b": factor = 1
        case "kb": factor = 1000
        case "kib", "k": factor = 1 << 10
        case "mb": factor = 1_000_000
        case "mib", "m": factor = 1 << 20
        case "gb": factor = 1_000_000_000
        case "gib", "g": factor = 1 << 30
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, product <= Int64(largestSize) else { return nil }
        return Int(product)
    }

    /// An error status, 400 to 599.
    static func status(_ text: Substring) -> Int? {
        guard let status = count(text), (400...599).contains(status) else { return nil }
        return status
    }

    /// On or off, as a header says it.
    static func flag(_ text: Substring) -> Bool? {
        switch text.lowercased() {
        case "", "1", "true", "on", "yes": true
        case "0", "false", "off", "no": false
        default: nil
        }
    }

    /// Printable ASCII without spaces, 1 to 128 bytes.
    static func text(_ text: Substring) -> String? {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return String(text)
    }

    /// Splits `250ms` into 250 and `ms`; at most ten digits, so that no product above can overflow.
    private static func split(_ text: Substring) -> (Int64, Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...10).contains(digits.utf8.count), let number = Int64(digits) else { return nil }
        return (number, text[digits.endIndex...])
    }
}
