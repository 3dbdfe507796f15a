/// What one Argon2 hash costs. Source: RFC 9106, section 3.1.
public struct Argon2Cost: Sendable, Hashable {
    /// Memory, in KiB.
    public var memoryKiB: UInt32
    /// How often the memory is gone over.
    public var passes: UInt32
    /// How many lanes could be computed at once; here they are computed one after the other.
    public var lanes: UInt32

    /// Makes a cost.
    public init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }

    /// For secrets of 160 random bits, which nobody can guess at any price: about half a millisecond.
    public static let randomKey = Argon2Cost(memoryKiB: 1024, passes: 1, lanes: 1)
    /// For passwords that people choose: about 20 ms. Source: OWASP Password Storage Cheat Sheet, "Argon2id: minimum 19 MiB of memory,
    /// an iteration count of 2, and 1 degree of parallelism", read in November 2026.
    public static let password = Argon2Cost(memoryKiB: 19 * 1024, passes: 2, lanes: 1)

    /// What a stored hash may cost to compare with at most; a dearer one is taken for damaged.
    static let largest = Argon2Cost(memoryKiB: 256 * 1024, passes: 16, lanes: 4)

    /// The cost that stands in an encoded hash; `nil` when it is no Argon2id hash of version 19.
    init?(encoded: String) {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
        let fields = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        func number(_ index: Int, _ name: String) -> UInt32? {
            fields[index].hasPrefix(name) ? UInt32(fields[index].dropFirst(2)) : nil
        }
        guard let memory = number(0, "m="), let passes = number(1, "t="), let lanes = number(2, "p=") else {
            return nil
        }
        self.init(memoryKiB: memory, passes: passes, lanes: lanes)
    }

    /// Whether it is no more than another in any respect.
    func isWithin(_ other: Argon2Cost) -> Bool {
        self.memoryKiB <= other.memoryKiB && self.passes <= other.passes && self.lanes <= other.lanes
    }
}
