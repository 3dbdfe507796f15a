/// A set of header field names, looked up without case and without allocation.
///
/// Names are kept by length, so that most look-ups compare nothing at all.
public struct FieldNameSet: Sendable, Equatable {
    private var byLength: [[[UInt8]]] = []

    /// Makes a set of lower-case names.
    public init(_ names: some Sequence<String>) {
        for name in names {
            let bytes = Array(name.utf8)
            while self.byLength.count <= bytes.count { self.byLength.append([]) }
            self.byLength[bytes.count].append(bytes)
        }
    }

    /// Whether a name is in the set, compared without case as RFC 9110 section 5.1 asks.
    public func contains(_ name: String) -> Bool {
        let length = name.utf8.count
        guard length < self.byLength.count, !self.byLength[length].isEmpty else { return false }
        return self.byLength[length].contains { name.equalsField($0[...]) }
    }
}

extension String {
    /// Whether this is, or with `prefix` begins with, these lower-case bytes; ASCII case is ignored.
    func equalsField(_ lowercase: ArraySlice<UInt8>, prefix: Bool = false) -> Bool {
        let count = self.utf8.count
        guard prefix ? count >= lowercase.count : count == lowercase.count else { return false }
        for (byte, wanted) in zip(self.utf8, lowercase) where (byte &- 0x41 < 26 ? byte | 0x20 : byte) != wanted {
            return false
        }
        return true
    }
}
