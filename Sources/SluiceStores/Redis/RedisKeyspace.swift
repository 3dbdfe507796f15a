public import SluiceCore

/// The names of one deployment's keys in Redis.
///
/// All have one hash tag, so that in a cluster they are on one node and one script may touch any of them.
/// Shape: `{sluice:DEPLOYMENT}:PART:PART`.
public struct RedisKeyspace: Sendable, Hashable {
    /// What every key begins with.
    public let prefix: String

    /// Makes a keyspace. Throws `misconfigured` when the name is empty, longer than 64 bytes, or has other than letters of ASCII,
    /// digits, `-`, `_` and `.`: braces would end the hash tag.
    public init(deployment: String = "default") throws(StoreError) {
        let isGood = deployment.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isGood, (1...64).contains(deployment.utf8.count) else {
            throw StoreError(.misconfigured, "a deployment's name has 1 to 64 of the characters A-Z a-z 0-9 - _ .")
        }
        self.prefix = "{sluice:\(deployment)}:"
    }

    /// The key of these parts.
    public func key(_ parts: String...) -> String {
        self.prefix + parts.joined(separator: ":")
    }
}
