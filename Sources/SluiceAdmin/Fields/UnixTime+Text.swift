import SluiceCore
import SluiceWire

extension UnixTime {
    /// `2026-11-21T05:55:00.250Z`; without the fraction where it is zero.
    var text: String {
        let (seconds, rest) = self.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let text = CivilTime(secondsSince1970: rest < 0 ? seconds - 1 : seconds).text
        let fraction = rest < 0 ? rest + 1000 : rest
        guard fraction > 0 else { return text }
        return "\(text.dropLast()).\(String(1000 + fraction).dropFirst())Z"
    }

    /// Reads a time as RFC 3339 has it. A fraction of a second is dropped.
    init?(rfc3339 text: String) {
        guard let seconds = CivilTime.seconds(ofRFC3339: text) else { return nil }
        self.init(milliseconds: seconds * 1000)
    }
}
