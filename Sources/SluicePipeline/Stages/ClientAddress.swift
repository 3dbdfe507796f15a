/// The address of the client behind proxies.
///
/// `x-forwarded-for` is read from its end: each proxy appends whom it spoke to, so only what trusted proxies appended can
/// be believed, and the first address that is not a trusted proxy's is the client's.
public enum ClientAddress {
    /// The address of the client of a connection from `peer`; `nil` when that is not known.
    public static func resolve(peer: String?, forwardedFor: String?, isTrusted: (String) -> Bool) -> String? {
        guard let peer, let forwardedFor, isTrusted(peer) else { return peer }
        var address = peer
        for part in forwardedFor.split(separator: ",").reversed() {
            let hop = part.drop { $0 == " " }.prefix { $0 != " " }
            guard !hop.isEmpty, hop.utf8.count <= 45, hop.utf8.allSatisfy(self.isAddressByte) else { return address }
            address = String(hop)
            if !isTrusted(address) { return address }
        }
        return address
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
