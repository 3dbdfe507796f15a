/// A parsed JSON text: the original bytes, and a tape that says where every value lies.
///
/// Nothing is decoded until asked for: member order, the text of numbers, escapes and white space are all kept, and
/// ``JSONNode/rawBytes`` gives back any value as it was written. Parsing is strict, as ``JSONScanner`` is.
/// A document is immutable and can be shared between threads; nodes keep it alive.
///
/// ```swift
/// let document = try JSONDocument(parsing: bytes)
/// let city = document.root["address"]?["city"]?.stringValue
/// ```
public struct JSONDocument: Sendable {
    /// The bytes and the tape, shared by the document and its nodes.
    final class Storage: Sendable {
        let bytes: [UInt8]
        let tape: [JSONTapeEntry]

        init(bytes: [UInt8], tape: [JSONTapeEntry]) {
            self.bytes = bytes
            self.tape = tape
        }
    }

    let storage: Storage

    /// Parses `bytes`, which the document keeps.
    ///
    /// Throws ``JSONError`` with the offset of the first fault, ``JSONError/Kind/tooManyValues`` past
    /// `limits.maximumNodes`, ``JSONError/Kind/tooLarge`` from 4 GiB on.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        guard bytes.count < Int(UInt32.max) else { throw JSONFailure(.tooLarge, 0).error(nil, 0) }
        let result: Result<[JSONTapeEntry], JSONError> = bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return .failure(JSONFailure(.empty, 0).error(nil, 0)) }
            var builder = JSONTapeBuilder(byteCount: raw.count, limit: limits.maximumNodes)
            if let failure = Self.walk(base, raw.count, limits.maximumDepth, &builder) {
                return .failure(failure.error(base, raw.count))
            }
            return .success(builder.entries)
        }
        storage = Storage(bytes: bytes, tape: try result.get())
    }

    /// Parses a copy of `bytes`.
    public init(copying bytes: Span<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        let copy = bytes.withUnsafeBufferPointer { [UInt8]($0) }
        try self.init(parsing: copy, limits: limits)
    }

    /// The outermost value.
    public var root: JSONNode {
        JSONNode(storage: storage, index: 0)
    }

    /// The text that was parsed.
    public var bytes: [UInt8] {
        storage.bytes
    }

    @inline(never)
    private static func walk(
        _ base: UnsafeRawPointer, _ end: Int, _ depth: Int, _ builder: inout JSONTapeBuilder
    ) -> JSONFailure? {
        JSONWalker.walk(base, end, maximumDepth: depth, sink: &builder)
    }
}
