/// Bytes that must never be printed: a key, a password, the value of a header that holds one.
///
/// There is no way to encode it, and `description` (so also string interpolation, `print` and a mirror) says
/// `<secret>`. ``expose()`` and ``withBytes(_:)`` are the only ways in, and easy to search for.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// Whether there is nothing in it.
    public var isEmpty: Bool { bytes.isEmpty }
    /// The number of bytes.
    public var count: Int { bytes.count }

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Makes a secret of the UTF-8 of `text`.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Makes a secret of bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Calls `body` with the bytes.
    public func withBytes<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        try body(bytes.span)
    }

    /// The secret as text, for the place that sends it and no other.
    public func expose() -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Compares in a time that depends on the lengths alone.
    public static func == (left: Secret, right: Secret) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left.bytes, right.bytes) { difference |= a ^ b }
        return difference == 0
    }
}
