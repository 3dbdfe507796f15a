/// The id of a tool call on its way through a client of another dialect.
///
/// Every SDK returns a call's id unchanged, with the call and with its result. So the id is where thoughts travel when the
/// dialect has no better field, and where an id of a foreign alphabet is put into one that the client accepts. Forms:
/// - the vendor's own id, when the client's dialect accepts it and nothing travels with it;
/// - `sli1_` and the id in base64url: another alphabet;
/// - `slc1_` and, in base64url, a tag and the id with its thoughts.
///
/// All use letters, digits, `_` and `-` only, which every dialect accepts. No state is kept: any replica can read them.
public enum ToolCallCarrier {
    private static let plainPrefix = "sli1_"
    private static let sealedPrefix = "slc1_"

    /// The id for the client.
    ///
    /// - Parameters:
    ///   - thoughts: what the call's vendor wants back with it.
    ///   - losses: notes `thinking` when the thoughts are too long to travel.
    public static func encode(
        _ id: String,
        thoughts: [ThinkingCarrier.Thought] = [],
        seal: any CarrierSeal,
        losses: inout ConversionLosses
    ) -> String {
        if !thoughts.isEmpty {
            var record = CarrierRecord()
            record.append(field: id.utf8)
            for thought in thoughts { record.append(thought) }
            if let token = ThinkingCarrier.token(prefix: self.sealedPrefix, over: record.bytes, seal: seal) {
                return token.text
            }
            losses.drop("thinking")
        }
        if self.isPlain(id), !id.hasPrefix(self.plainPrefix), !id.hasPrefix(self.sealedPrefix) { return id }
        var token = Array(self.plainPrefix.utf8)
        Base64URL.append(Array(id.utf8), to: &token)
        return String(decoding: token, as: UTF8.self)
    }

    /// The vendor's id and the thoughts in an id that a client sent. An id that is no token is itself, as is a token that
    /// this gateway did not seal; the latter is noted as a loss.
    public static func decode(
        _ id: JSONString,
        seal: any CarrierSeal,
        losses: inout ConversionLosses
    ) -> (id: String, thoughts: [ThinkingCarrier.Thought]) {
        if id.escaped.starts(with: self.sealedPrefix.utf8) {
            var position = 0
            if let bytes = ThinkingCarrier.open(id, prefix: self.sealedPrefix, seal: seal),
                let original = CarrierRecord.field(in: bytes, at: &position),
                let thoughts = CarrierRecord.thoughts(in: bytes, from: position)
            {
                return (String(decoding: original, as: UTF8.self), thoughts)
            }
            losses.drop("thinking")
        } else if id.escaped.starts(with: self.plainPrefix.utf8),
            let original = Base64URL.decode(id.escaped.dropFirst(self.plainPrefix.utf8.count))
        {
            return (String(decoding: original, as: UTF8.self), [])
        }
        return (id.text, [])
    }

    /// An id that a target accepts, made from one that it may not: the same one for the same input, always.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that the target takes.
    ///   - allows: whether the target takes a byte.
    /// - Returns: the id itself where it is accepted; else `call_` and 32 hexadecimal digits of a hash over it.
    public static func fit(_ id: String, limit: Int, allows: (UInt8) -> Bool) -> String {
        if !id.isEmpty, id.utf8.count <= limit, id.utf8.allSatisfy(allows) { return id }
        // FNV-1a, 64 bits, from two beginnings: ids of one request must not collide; nobody is kept out by it.
        var hashes: [UInt64] = [0xCBF2_9CE4_8422_2325, 0x8422_2325_CBF2_9CE4]
        for byte in id.utf8 {
            hashes[0] = (hashes[0] ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            hashes[1] = (hashes[1] ^ UInt64(byte) ^ 0x5C) &* 0x0000_0100_0000_01B3
        }
        let digits = hashes.map { hash in
            let text = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return "call_" + digits.joined()
    }

    /// Whether a byte is a letter, a digit, `_` or `-`.
    public static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isPlain(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.allSatisfy { self.isPlain($0) }
    }
}
