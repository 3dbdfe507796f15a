public import SluiceCore

/// A client key, taken apart.
///
/// Shape: `sk-sl-<public id>-<secret><checksum>`: 12, 32 and 7 characters of lower-case base 32 (RFC 4648, section 6). The
/// secret is 160 random bits. The checksum is the CRC-32 (that of zlib) of all that stands before it, so that a scanner can tell
/// a leaked key from a look-alike without asking anybody, and a mistyped key costs no look-up.
public struct ClientKey: Sendable {
    /// What all keys begin with.
    public static let prefix = "sk-sl-"
    /// The length of a key in bytes.
    public static let length = prefixLength + idLength + 1 + secretLength + checksumLength

    private static let prefixLength = 6
    private static let idLength = 12
    private static let secretLength = 32
    private static let checksumLength = 7

    /// The public part, by which the key is looked up. Safe for logs.
    public let id: KeyID
    /// The secret part, whose hash is stored.
    public let secret: Secret

    /// Reads a key; `nil` for a text of another shape, or whose checksum is not that of the rest.
    public init?(_ text: some StringProtocol) {
        let found = text.utf8.withContiguousStorageIfAvailable { Self.parts($0) }
        guard let parts = found ?? Array(text.utf8).withUnsafeBufferPointer({ Self.parts($0) }) else { return nil }
        self.id = parts.id
        self.secret = parts.secret
    }

    /// Whether a text is meant to be a key: it begins as all keys do.
    public static func isMeant(by text: some StringProtocol) -> Bool {
        text.utf8.starts(with: Self.prefix.utf8)
    }

    private static func parts(_ bytes: UnsafeBufferPointer<UInt8>) -> (id: KeyID, secret: Secret)? {
        let idEnd = Self.prefixLength + Self.idLength
        let secretEnd = idEnd + 1 + Self.secretLength
        guard bytes.count == Self.length, bytes.starts(with: Self.prefix.utf8),
            bytes[idEnd] == UInt8(ascii: "-"), bytes[Self.prefixLength..<idEnd].allSatisfy(KeyAlphabet.holds),
            bytes[(idEnd + 1)..<secretEnd].allSatisfy(KeyAlphabet.holds)
        else { return nil }
        let checksum = KeyAlphabet.letters(of: CRC32.checksum(UnsafeBufferPointer(rebasing: bytes[..<secretEnd])))
        guard bytes[secretEnd...].elementsEqual(checksum.prefix(Self.checksumLength)) else { return nil }
        return (
            KeyID(String(decoding: bytes[Self.prefixLength..<idEnd], as: UTF8.self)),
            Secret(bytes: Array(bytes[(idEnd + 1)..<secretEnd]))
        )
    }

    /// A key with a new secret: the whole text, and its parts.
    ///
    /// - Parameters:
    ///   - id: the public id of the key whose secret is changed; `nil` makes a new one of 60 random bits.
    ///   - generator: the source of the secret; one for cryptography, such as the system's.
    ///
    /// `nil` when `id` has not the shape of a key's id.
    public static func make(
        id: KeyID? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> (text: Secret, key: ClientKey)? {
        var bytes = Array(Self.prefix.utf8)
        bytes.reserveCapacity(Self.length)
        if let id {
            bytes += id.text.utf8
        } else {
            KeyAlphabet.append(Self.idLength, to: &bytes, using: &generator)
        }
        bytes.append(UInt8(ascii: "-"))
        KeyAlphabet.append(Self.secretLength, to: &bytes, using: &generator)
        bytes += bytes.withUnsafeBufferPointer { KeyAlphabet.letters(of: CRC32.checksum($0)) }
        let text = String(decoding: bytes, as: UTF8.self)
        return ClientKey(text).map { (Secret(bytes: bytes), $0) }
    }
}
