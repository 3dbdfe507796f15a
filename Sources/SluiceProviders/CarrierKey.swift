import Crypto
public import SluiceCore
public import SluiceWire

/// Seals what clients carry for the gateway: HMAC-SHA256, cut to 16 bytes.
public struct CarrierKey: CarrierSeal {
    private static let tagLength = 16
    private let key: SymmetricKey

    /// A key of the configuration's own. Any length will do; what it lacks in randomness nothing makes up for.
    public init(_ secret: Secret) {
        self.init([secret], purpose: "carrier key")
    }

    /// A key made of the credentials of all providers, so that replicas with the same configuration agree; `nil` when
    /// there are none. The order does not matter.
    public init?(derivedFrom credentials: [Secret]) {
        let known = Set(credentials.filter { !$0.isEmpty })
        guard !known.isEmpty else { return nil }
        self.init(Array(known), purpose: "provider credentials")
    }

    /// A key that lasts as long as the process.
    public static func random() -> CarrierKey {
        CarrierKey(key: SymmetricKey(size: .bits256))
    }

    private init(key: SymmetricKey) {
        self.key = key
    }

    private init(_ secrets: [Secret], purpose: String) {
        // Each by its length first, or two lists could read as the same bytes.
        let parts = secrets.map { secret in
            var bytes: [UInt8] = []
            for shift in stride(from: 24, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: secret.count >> shift))
            }
            return bytes + Array(secret.expose().utf8)
        }
        let material = parts.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: material),
            salt: Array("sluice".utf8),
            info: Array("carried thoughts, \(purpose), 1".utf8),
            outputByteCount: 32
        )
    }

    public func tag(over bytes: Span<UInt8>) -> [UInt8] {
        var code = HMAC<SHA256>(key: self.key)
        bytes.withUnsafeBytes { code.update(data: $0) }
        return Array(code.finalize().prefix(Self.tagLength))
    }
}
