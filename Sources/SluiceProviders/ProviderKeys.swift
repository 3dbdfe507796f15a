import Crypto
import SluiceCore

/// The keys of one provider. Which one a request goes with is decided by routing, which benches those that fail.
struct ProviderKeys: Sendable {
    /// For each key the first 64 bits of its SHA-256: stable over reloads, and nothing that leads back to it.
    let identities: [UInt64]
    private let values: [String]
    private let keys: [Secret]

    /// - Parameter prefix: what stands before the key in its header, as `Bearer `.
    init(_ keys: [Secret], prefix: String) {
        self.keys = keys
        self.values = keys.map { prefix + $0.expose() }
        self.identities = keys.map { key in
            SHA256.hash(data: Array(key.expose().utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The header value of a key; the first one's where there is none at `index`.
    subscript(index: Int) -> String? {
        self.values.indices.contains(index) ? self.values[index] : self.values.first
    }

    /// Whether a text holds a key, or its beginning and its end as vendors mask it (`sk-ab***wxyz`).
    func isIn(_ text: String) -> Bool {
        // JSON may escape a slash.
        let plain = String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
        return self.keys.contains { key in
            let key = key.expose()
            guard key.utf8.count >= 8 else { return !key.isEmpty && plain.contains(key) }
            return plain.contains(key) || plain.contains("*" + key.suffix(4)) || plain.contains("…" + key.suffix(4))
        }
    }
}
