/// Ranges of durations as they are written: `200ms..5s`.
enum DurationRangeText {
    /// Reads two durations, the second not shorter than the first, or one that is both ends. `nil` for anything else.
    static func parse(_ text: String) -> ClosedRange<Duration>? {
        guard let dots = text.range(ofASCII: "..") else { return DurationText.parse(text).map { $0...$0 } }
        guard let lower = DurationText.parse(String(text[..<dots.lowerBound])),
            let upper = DurationText.parse(String(text[dots.upperBound...])), lower <= upper
        else { return nil }
        return lower...upper
    }

    /// The text that reads back as the same.
    static func format(_ range: ClosedRange<Duration>) -> String {
        "\(DurationText.format(range.lowerBound))..\(DurationText.format(range.upperBound))"
    }
}
