/// Splits a stream of JSON values, one a line. Feed any split of bytes; the same lines come out in order.
///
/// Input: UTF-8, lines ended by LF alone; U+2028 and its like are text, and a CR before the LF is white space of
/// JSON's. A byte order mark at the start and blank lines are passed over. Output: the bytes of each line, unchecked. A
/// line that lies whole in one chunk is not copied. A line of more than `limit` bytes is passed over and reported at
/// its end as ``NDJSONLine/Payload/oversized``; memory stays within twice the limit, and the stream goes on.
///
/// ```swift
/// var offset = 0
/// while let line = parser.next(in: chunk, at: &offset) {
///     parser.withBytes(of: line, in: chunk) { bytes in ... }
/// }
/// ```
/// Source: Ollama's API reference, `application/x-ndjson` (read 2026-11).
public struct NDJSONParser: Sendable {
    /// The last line, when its payload is ``NDJSONLine/Payload/buffered``; valid until the next call.
    public private(set) var buffered: [UInt8] = []
    /// How many bytes a line may have.
    public let limit: Int

    private var isBufferStale = false
    private var isSkipping = false
    private var isAtStart = true

    /// A buffer larger than this is given back after the line.
    private static let retainedCapacity = 256 * 1024

    /// Creates a parser; `limit` is in bytes, 16 MiB by default.
    public init(limit: Int = 16 * 1024 * 1024) {
        self.limit = max(1, limit)
    }

    /// Whether bytes of an unfinished line have been fed.
    public var isInsideLine: Bool {
        isSkipping || (!isBufferStale && !buffered.isEmpty)
    }

    /// The next line that ends in `bytes` at or after `offset`; moves `offset` past what was read.
    ///
    /// Returns `nil`, with `offset == bytes.count`, when the chunk is used up; the next call takes the next chunk.
    public mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> NDJSONLine? {
        bytes.withUnsafeBytes { raw in
            discardStaleBuffer()
            var position = max(0, offset)
            defer { offset = max(offset, position) }
            guard let base = raw.baseAddress else { return nil }
            while position < raw.count {
                let start = position
                let lineEnd = ByteScan.find(0x0A, base, start, raw.count)
                position = min(lineEnd &+ 1, raw.count)
                guard lineEnd < raw.count else {
                    keep(base, start, raw.count)
                    return nil
                }
                if let payload = take(base, start, lineEnd) { return NDJSONLine(end: position, payload: payload) }
            }
            return nil
        }
    }

    /// The last line, when the stream ended without a line feed; resets the parser.
    public mutating func finish() -> NDJSONLine? {
        discardStaleBuffer()
        defer { isAtStart = true }
        if isSkipping {
            isSkipping = false
            return NDJSONLine(end: 0, payload: .oversized)
        }
        return takeBuffered().map { NDJSONLine(end: 0, payload: $0) }
    }

    /// Calls `body` with the bytes of `line`, which the last call on `chunk` returned; no bytes for oversized ones.
    public func withBytes<Result, Failure: Error>(
        of line: NDJSONLine, in chunk: Span<UInt8>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch line.payload {
        case .chunk(let range): try body(chunk.extracting(range))
        case .buffered: try body(buffered.span)
        case .oversized: try body(chunk.extracting(0..<0))
        }
    }

    private mutating func discardStaleBuffer() {
        guard isBufferStale else { return }
        isBufferStale = false
        buffered.removeAll(keepingCapacity: buffered.capacity <= Self.retainedCapacity)
    }

    /// Remembers the beginning of a line.
    private mutating func keep(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        guard !isSkipping, start < end else { return }
        guard end - start <= limit - buffered.count else {
            isSkipping = true
            buffered = []
            return
        }
        buffered.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    private mutating func take(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> NDJSONLine.Payload? {
        if !buffered.isEmpty || isSkipping || end - start > limit { keep(base, start, end) }
        if isSkipping {
            isSkipping = false
            isAtStart = false
            return .oversized
        }
        if !buffered.isEmpty { return takeBuffered() }
        var first = start
        if isAtStart, end - first >= 3, ByteScan.equal(base, first, first + 3, "\u{FEFF}") { first += 3 }
        isAtStart = false
        while first < end, ByteScan.byte(base, first) <= 0x20 { first += 1 }
        return first < end ? .chunk(first..<end) : nil
    }

    private mutating func takeBuffered() -> NDJSONLine.Payload? {
        if isAtStart, buffered.starts(with: [0xEF, 0xBB, 0xBF]) { buffered.removeFirst(3) }
        isAtStart = false
        guard let first = buffered.firstIndex(where: { $0 > 0x20 }) else {
            buffered.removeAll(keepingCapacity: true)
            return nil
        }
        // As in a line that lies whole in a chunk.
        if first > 0 { buffered.removeFirst(first) }
        isBufferStale = true
        return .buffered
    }
}
