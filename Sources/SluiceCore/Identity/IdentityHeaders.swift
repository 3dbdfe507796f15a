/// The header fields in which a provider is told who asks: `auth.forward_identity`. What a client sends in them never goes on,
/// whether they are configured or not.
public struct IdentityHeaders: Sendable, Hashable {
    /// The field that names the user, in lower case; `nil`: the user is not told.
    public let user: String?
    /// The field that names the tenant, in lower case; `nil`: the tenant is not told.
    public let tenant: String?
    /// All fields that are kept from providers when a client sends them.
    public let withheld: FieldNameSet

    /// The usual names, which are withheld always.
    private static let usual = ["x-user-id", "x-tenant"]

    /// Makes the fields.
    public init(user: String? = nil, tenant: String? = nil) {
        self.user = user?.lowercased()
        self.tenant = tenant?.lowercased()
        self.withheld = FieldNameSet(Set(Self.usual + [self.user, self.tenant].compactMap { $0 }).sorted())
    }

    public static func == (left: Self, right: Self) -> Bool { left.user == right.user && left.tenant == right.tenant }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.user)
        hasher.combine(self.tenant)
    }

    /// The fields that say who a principal is; empty for what it has not, or what is not told.
    public func fields(of principal: Principal?) -> [(name: String, value: String)] {
        guard let principal, self.user != nil || self.tenant != nil else { return [] }
        return [(self.user, principal.user), (self.tenant, principal.tenant)].compactMap { name, value in
            guard let name, let value, !value.isEmpty else { return nil }
            return (name, Self.fieldText(value))
        }
    }

    /// A text as it may stand in a field: what is neither visible ASCII nor a space within is percent-encoded, and the percent
    /// sign too, so that no two texts look the same. Source: RFC 9110, section 5.5; RFC 3986, section 2.1.
    static func fieldText(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain: (Int) -> Bool = { index in
            switch bytes[index] {
            case UInt8(ascii: "%"): false
            case 0x21...0x7E: true
            case 0x20: index != 0 && index != bytes.count - 1
            default: false
            }
        }
        guard !bytes.indices.allSatisfy(isPlain) else { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for index in bytes.indices {
            if isPlain(index) {
                result.append(bytes[index])
            } else {
                result += [UInt8(ascii: "%"), digits[Int(bytes[index] >> 4)], digits[Int(bytes[index] & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
