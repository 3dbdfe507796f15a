/// The id of a record of one kind, so that a team's id cannot be given where a user's is asked for.
public struct RecordID<Record>: Sendable, Hashable, CustomStringConvertible {
    /// The id as it is stored and shown. Safe for logs.
    public let text: String

    public var description: String { self.text }

    /// Takes an id that came from outside or from the store. Nothing is checked: an id that does not exist finds nothing.
    public init(_ text: String) {
        self.text = text
    }
}

/// The id of a tenant.
public typealias TenantID = RecordID<TenantRecord>
/// The id of a team.
public typealias TeamID = RecordID<TeamRecord>
/// The id of a user.
public typealias UserID = RecordID<UserRecord>
/// The public id of a key, the part after `sk-sl-`.
public typealias KeyID = RecordID<KeyRecord>
/// The id of a limit or a budget.
public typealias RuleID = RecordID<RuleRecord>
/// The id of a price that was set over the admin API.
public typealias PriceID = RecordID<PriceRecord>

extension RecordID where Record: StoredRecord {
    /// A new id that sorts by time.
    ///
    /// Shape: the kind's prefix, `_`, then 10 characters for the milliseconds and 16 for 80 random bits, all in
    /// Crockford's base 32 in lower case, as in a ULID.
    public static func make(at time: UnixTime, using generator: inout some RandomNumberGenerator) -> Self {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var letters: [UInt8] = []
        letters.reserveCapacity(26)
        let milliseconds = UInt64(clamping: time.milliseconds)
        for position in 0..<10 {
            letters.append(alphabet[Int(milliseconds >> UInt64(45 - position * 5) & 31)])
        }
        for _ in 0..<16 {
            letters.append(alphabet[Int(generator.next(upperBound: UInt64(32)))])
        }
        return Self("\(Record.kind.prefix)_\(String(decoding: letters, as: UTF8.self))")
    }
}
