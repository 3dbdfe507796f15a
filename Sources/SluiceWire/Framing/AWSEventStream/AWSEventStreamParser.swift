/// Reads one AWS event stream. Feed any split of bytes; the same frames come out in order.
///
/// Shape of a frame, integers with the highest byte first: total length (4 bytes), length of the headers (4), CRC-32 of these
/// eight (4), headers, payload, CRC-32 of all before it (4). Both checksums are verified, the first as soon as it is there, so
/// that a damaged length is not waited for. A frame that lies whole in one chunk is not copied; of others no more is kept than
/// has come. Throws ``AWSEventStreamError`` at the first fault, and again from then on.
///
/// ```swift
/// var offset = 0
/// while let frame = try parser.next(in: chunk, at: &offset) {
///     parser.withFrame(frame, in: chunk) { headers, payload in ... }
/// }
/// // offset == chunk.count: what is left of the chunk is the beginning of a frame, and the parser remembers it.
/// ```
/// Source: Smithy, "Event Stream Specification: Amazon Event Stream" (read 2026-11).
public struct AWSEventStreamParser: Sendable {
    /// The bytes of the last frame, when its place is ``AWSEventStreamFrame/Place/buffered``; valid until the next call.
    public private(set) var buffered: [UInt8] = []
    /// How many bytes a frame may have.
    public let limit: Int

    private var isBufferStale = false
    private var failure: AWSEventStreamError?
    /// The lengths of the frame that is being read, once its prelude was checked.
    private var prelude: Prelude?

    private struct Prelude {
        var total: Int
        var headers: Int
    }

    private static let preludeBytes = 12
    private static let checksumBytes = 4
    /// A buffer larger than this is given back after the frame.
    private static let retainedCapacity = 256 * 1024

    /// Creates a parser; `limit` is in bytes, 16 MiB by default.
    public init(limit: Int = 16 * 1024 * 1024) {
        self.limit = max(Self.preludeBytes + Self.checksumBytes, limit)
    }

    /// Whether bytes of an unfinished frame have been fed: a stream that ends here was cut.
    public var isInsideFrame: Bool {
        !buffered.isEmpty && !isBufferStale
    }

    /// The next frame that ends in `bytes` at or after `offset`; moves `offset` past what was read.
    ///
    /// Returns `nil`, with `offset == bytes.count`, when the chunk is used up; the next call takes the next chunk.
    public mutating func next(
        in bytes: Span<UInt8>, at offset: inout Int
    ) throws(AWSEventStreamError) -> AWSEventStreamFrame? {
        if let failure { throw failure }
        do throws(AWSEventStreamError) {
            return try read(bytes, &offset)
        } catch {
            failure = error
            buffered = []
            prelude = nil
            throw error
        }
    }

    /// Calls `body` with the headers and the payload of `frame`, which the last call on `chunk` returned.
    public func withFrame<Result, Failure: Error>(
        _ frame: AWSEventStreamFrame,
        in chunk: Span<UInt8>,
        _ body: (_ headers: Span<UInt8>, _ payload: Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch frame.place {
        case .chunk: try body(chunk.extracting(frame.headers), chunk.extracting(frame.payload))
        case .buffered:
            try body(buffered.span.extracting(frame.headers), buffered.span.extracting(frame.payload))
        }
    }

    private mutating func read(
        _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(AWSEventStreamError) -> AWSEventStreamFrame? {
        if isBufferStale {
            isBufferStale = false
            buffered.removeAll(keepingCapacity: buffered.capacity <= Self.retainedCapacity)
        }
        let start = min(max(0, offset), bytes.count)
        let rest = bytes.count - start
        if buffered.isEmpty, rest >= Self.preludeBytes {
            let prelude = try readPrelude(bytes.extracting(start..<start + Self.preludeBytes))
            if rest >= prelude.total {
                offset = start + prelude.total
                return try frame(prelude, in: bytes.extracting(start..<offset), at: start, place: .chunk, end: offset)
            }
        }
        return try readInPieces(bytes, from: start, &offset)
    }

    private mutating func readInPieces(
        _ bytes: Span<UInt8>, from start: Int, _ offset: inout Int
    ) throws(AWSEventStreamError) -> AWSEventStreamFrame? {
        var position = start
        if prelude == nil {
            keep(bytes, &position, upTo: Self.preludeBytes)
            if buffered.count == Self.preludeBytes { prelude = try readPrelude(buffered.span) }
        }
        guard let prelude else {
            offset = position
            return nil
        }
        keep(bytes, &position, upTo: prelude.total)
        offset = position
        guard buffered.count == prelude.total else { return nil }
        self.prelude = nil
        isBufferStale = true
        return try frame(prelude, in: buffered.span, at: 0, place: .buffered, end: offset)
    }

    /// Keeps bytes from `position` on until `count` are kept.
    private mutating func keep(_ bytes: Span<UInt8>, _ position: inout Int, upTo count: Int) {
        let end = position + min(bytes.count - position, max(0, count - buffered.count))
        guard position < end else { return }
        bytes.extracting(position..<end).withUnsafeBufferPointer { buffered.append(contentsOf: $0) }
        position = end
    }

    private func readPrelude(_ bytes: Span<UInt8>) throws(AWSEventStreamError) -> Prelude {
        guard CRC32.checksum(bytes.extracting(0..<8)) == Self.word(bytes, 8) else { throw .preludeChecksum }
        let total = Int(Self.word(bytes, 0))
        let headers = Int(Self.word(bytes, 4))
        guard total >= Self.preludeBytes + Self.checksumBytes,
            headers <= total - Self.preludeBytes - Self.checksumBytes
        else { throw .malformedLength }
        guard total <= limit else { throw .frameTooLarge(limit: limit) }
        guard headers <= AWSEventStreamHeaders.limitBytes else {
            throw .headersTooLarge(limit: AWSEventStreamHeaders.limitBytes)
        }
        return Prelude(total: total, headers: headers)
    }

    /// The frame in `bytes`, which are its own, when they hold what they promise; `base` is where they lie in the place.
    private func frame(
        _ prelude: Prelude, in bytes: Span<UInt8>, at base: Int, place: AWSEventStreamFrame.Place, end: Int
    ) throws(AWSEventStreamError) -> AWSEventStreamFrame {
        let payloadEnd = prelude.total - Self.checksumBytes
        guard CRC32.checksum(bytes.extracting(0..<payloadEnd)) == Self.word(bytes, payloadEnd) else {
            throw .messageChecksum
        }
        let headersEnd = Self.preludeBytes + prelude.headers
        guard AWSEventStreamHeaders.isValid(bytes.extracting(Self.preludeBytes..<headersEnd)) else {
            throw .malformedHeaders
        }
        return AWSEventStreamFrame(
            end: end, place: place, headers: base + Self.preludeBytes..<base + headersEnd,
            payload: base + headersEnd..<base + payloadEnd)
    }

    /// The word at `offset`, its highest byte first.
    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for position in offset..<offset + 4 { value = value &<< 8 | UInt32(bytes[position]) }
        return value
    }
}
