public import SluiceHTTP

/// The credential that a request carries in its header.
public enum PresentedKey {
    /// The text behind `Bearer` of `authorization`, in whatever case, else `x-api-key`, `api-key` or `x-goog-api-key`.
    public static func find(_ head: RequestHead) -> Substring? {
        head.fields.authorization.flatMap { self.bearer($0) } ?? head.fields.apiKey.map { $0[...] }
    }

    private static func bearer(_ value: String) -> Substring? {
        let scheme: StaticString = "bearer "
        let length = scheme.utf8CodeUnitCount
        let isBearer = value.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.count >= length && (0..<length).allSatisfy { bytes[$0] | 0x20 == scheme.utf8Start[$0] }
        }
        // The fields of a request are native strings, which are contiguous.
        guard isBearer == true else { return nil }
        var rest = value.utf8.dropFirst(length)
        while rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        return Substring(rest)
    }
}
