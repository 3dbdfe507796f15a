/// When a place's clocks were and will be how far from UTC, read from a file of the IANA time zone database.
///
/// The file comes in as bytes; `/usr/share/zoneinfo` is where distributions keep them. Nothing here reads it.
public final class TimeZoneRules: Sendable {
    /// UTC, which needs no file.
    public static let utc = TimeZoneRules(name: "UTC", offsetSeconds: 0)

    /// The name that an operator wrote, as `Europe/Berlin`.
    public let name: String
    /// The moments at which the offset changes, in seconds since 1970, ascending.
    let transitions: [Int64]
    /// The offset after each transition, in seconds east of UTC.
    let offsets: [Int64]
    /// The offset before the first transition.
    let first: Int64
    /// What holds after the last transition; without it the last offset goes on.
    let rest: PosixZone?

    /// A zone that is always as far from UTC; the offset is kept within a day.
    public convenience init(name: String, offsetSeconds: Int64) {
        let offset = min(max(offsetSeconds, -86_400), 86_400)
        self.init(name: name, transitions: [], offsets: [], first: offset, rest: nil)
    }

    init(name: String, transitions: [Int64], offsets: [Int64], first: Int64, rest: PosixZone?) {
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rest = rest
    }

    /// Seconds east of UTC at a moment.
    public func offsetSeconds(at moment: Moment) -> Int64 {
        self.segment(at: moment.microseconds / 1_000_000).offset
    }

    /// The offset at a moment, and the later moment up to which it holds.
    func segment(at seconds: Int64) -> (offset: Int64, until: Int64) {
        // The number of transitions that have happened.
        var low = 0
        var high = self.transitions.count
        while low < high {
            let middle = (low + high) / 2
            if self.transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        if low < self.transitions.count {
            return (low == 0 ? self.first : self.offsets[low - 1], self.transitions[low])
        }
        if let rest = self.rest { return rest.segment(at: seconds) }
        return (self.offsets.last ?? self.first, .max)
    }

    /// The first moment at which local clocks show `local` or later, where `local` is a local time counted as if it
    /// were UTC.
    ///
    /// Midnight may not exist, or come twice: then the day begins with the moment that skips it, or with the first one.
    func firstMoment(ofLocal local: Int64) -> Int64 {
        // No offset is larger than a day, so the answer is at most a day away, and offsets change rarely.
        var start = local - 2 * 86_400
        for _ in 0..<16 {
            let (offset, until) = self.segment(at: start)
            let candidate = max(start, local - offset)
            if candidate < until { return candidate }
            start = until
        }
        return local - self.segment(at: local).offset
    }
}
