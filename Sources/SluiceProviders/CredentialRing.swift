import SluiceCore
import Synchronization

/// The keys of one provider, taken in turns.
final class CredentialRing: Sendable {
    private let values: [String]
    private let keys: [Secret]
    private let next = Atomic<Int>(0)

    /// - Parameter prefix: what stands before the key in its header, as `Bearer `.
    init(_ keys: [Secret], prefix: String) {
        self.keys = keys
        self.values = keys.map { prefix + $0.expose() }
    }

    /// The header value of the key whose turn it is.
    func take() -> String? {
        switch self.values.count {
        case 0: return nil
        case 1: return self.values[0]
        default:
            let turn = UInt(bitPattern: self.next.wrappingAdd(1, ordering: .relaxed).oldValue)
            return self.values[Int(turn % UInt(self.values.count))]
        }
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
