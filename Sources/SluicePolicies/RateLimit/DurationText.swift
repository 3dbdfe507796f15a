/// Spans of time and moments as header fields write them.
enum DurationText {
    /// `6m0s`, `1.5s`, `17ms`: hours, minutes and seconds, milliseconds where it is below a second; rounded up.
    static func goStyle(_ microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds) / 1000 + (max(0, microseconds) % 1000 > 0 ? 1 : 0)
        // The unit stands last, and what is written first is the end.
        var text = ShortText()
        text.prepend(UInt8(ascii: "s"))
        guard milliseconds >= 1000 else {
            if milliseconds > 0 { text.prepend(UInt8(ascii: "m")) }
            text.prepend(milliseconds)
            return text.string
        }
        var fraction = milliseconds % 1000
        var digits = 3
        while fraction > 0, fraction % 10 == 0 { (fraction, digits) = (fraction / 10, digits - 1) }
        if fraction > 0 {
            text.prepend(fraction, digits: digits)
            text.prepend(UInt8(ascii: "."))
        }
        let seconds = milliseconds / 1000
        text.prepend(seconds % 60)
        guard seconds >= 60 else { return text.string }
        text.prepend(UInt8(ascii: "m"))
        text.prepend(seconds / 60 % 60)
        guard seconds >= 3600 else { return text.string }
        text.prepend(UInt8(ascii: "h"))
        text.prepend(seconds / 3600)
        return text.string
    }

    /// `2026-11-30T18:00:00Z`; rounded up to the second.
    static func rfc3339(_ moment: Moment) -> String {
        let (quotient, rest) = moment.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let seconds = quotient + (rest > 0 ? 1 : 0)
        let date = CivilDate(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        var text = ShortText()
        text.prepend(UInt8(ascii: "Z"))
        text.prepend(time % 60, digits: 2)
        text.prepend(UInt8(ascii: ":"))
        text.prepend(time / 60 % 60, digits: 2)
        text.prepend(UInt8(ascii: ":"))
        text.prepend(time / 3600, digits: 2)
        text.prepend(UInt8(ascii: "T"))
        text.prepend(date.day, digits: 2)
        text.prepend(UInt8(ascii: "-"))
        text.prepend(date.month, digits: 2)
        text.prepend(UInt8(ascii: "-"))
        text.prepend(date.year, digits: 4)
        return text.string
    }
}
