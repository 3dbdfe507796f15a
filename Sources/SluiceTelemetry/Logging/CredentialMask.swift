/// The last net before the log: masks what looks like a credential, by its name or by its form.
///
/// Secrets are kept out of logs by type (`Secret`); this catches what slips through, as a key inside an error text of a
/// library. It prefers to mask too much. Nothing is promised for a secret that looks like any other word.
public enum CredentialMask {
    /// What stands in place of a credential.
    public static let mask = "***"

    /// Whether values under this name are credentials: `Authorization`, `x-api-key`, `client_secret`, `access_token`.
    public static func isCredential(name: String) -> Bool {
        var letters: [UInt8] = []
        for byte in name.utf8.prefix(128) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): letters.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): letters.append(byte)
            default: break
            }
        }
        return Self.isCredential(letters: letters)
    }

    /// The text with all that looks like a credential replaced by ``mask``; the same text when there is nothing.
    ///
    /// Found are: vendors' key forms (`sk-…`, `AIza…`, `AKIA…`, `gsk_…`, `hf_…` and others), JSON web tokens, `Bearer` and
    /// `Basic` credentials, values that a credential's name and `=` or `:` stand before, and passwords in URLs.
    public static func masking(_ text: String) -> String {
        let found = text.utf8.withContiguousStorageIfAvailable { CredentialScanner.credentials(in: $0) }
        let ranges = found ?? Array(text.utf8).withUnsafeBufferPointer { CredentialScanner.credentials(in: $0) }
        guard !ranges.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        for range in ranges {
            result.append(contentsOf: bytes[position..<range.lowerBound])
            result.append(text: Self.mask)
            position = range.upperBound
        }
        result.append(contentsOf: bytes[position...])
        return String(decoding: result, as: UTF8.self)
    }

    /// `letters`: the name in lower case without punctuation.
    static func isCredential(letters: [UInt8]) -> Bool {
        Self.exact.contains { $0.elementsEqual(letters) }
            || Self.endings.contains { letters.count >= $0.count && letters.suffix($0.count).elementsEqual($0) }
            || Self.parts.contains { Self.contains($0, in: letters) }
    }

    private static let exact: [[UInt8]] = ["auth", "key", "jwt", "pwd"].map { Array($0.utf8) }
    private static let endings: [[UInt8]] = ["token"].map { Array($0.utf8) }
    private static let parts: [[UInt8]] = [
        "authorization", "apikey", "secret", "password", "passwd", "passphrase", "cookie", "credential", "privatekey",
        "accesskey", "signingkey", "bearer",
    ].map { Array($0.utf8) }

    private static func contains(_ part: [UInt8], in letters: [UInt8]) -> Bool {
        guard letters.count >= part.count else { return false }
        for start in 0...(letters.count - part.count)
        where letters[start..<(start + part.count)].elementsEqual(part) {
            return true
        }
        return false
    }
}
