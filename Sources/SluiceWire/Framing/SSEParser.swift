/// Reads one server-sent event stream. Feed any split of bytes; the same events come out in order.
///
/// Input: UTF-8, lines ended by LF, CR or CRLF, a byte order mark at the start passed over. Output: `data` lines
/// joined by LF, the `event` field; ``lastEventID`` and ``retryMilliseconds`` as last seen. Comments, unknown fields
/// and events without data come out as nothing. The data of an event that lies whole in one chunk is not copied.
/// An event of more than `limit` bytes (its lines, comments not counted) is passed over and reported at its end as
/// ``SSEEvent/Payload/oversized``; memory stays within twice the limit, and the stream goes on.
///
/// ```swift
/// var offset = 0
/// while let event = parser.next(in: chunk, at: &offset) {
///     parser.withData(of: event, in: chunk) { data in ... }
/// }
/// // offset == chunk.count: what is left of the chunk is the beginning of an event, and the parser remembers it.
/// ```
/// Source: WHATWG HTML, section 9.2.6 (read 2026-08). Deviations: a final event without blank line is delivered, as
/// some servers omit it; a blank line that ends in a CR at the end of a chunk ends the event at once, and an LF that
/// then begins the next chunk belongs to it though it lies past ``SSEEvent/end``.
public struct SSEParser: Sendable {
    /// The data of the last event, when its payload is ``SSEEvent/Payload/buffered``; valid until the next call.
    public private(set) var buffered: [UInt8] = []
    /// The last `retry` field: milliseconds before a client should connect again.
    public private(set) var retryMilliseconds: Int?
    /// How many bytes an event may have.
    public let limit: Int

    private var identifier: [UInt8] = []
    private var types = SSETypeCache()
    /// The beginning of a line whose end has not come; for comments and oversized events, its first byte only.
    private var partial: [UInt8] = []
    /// How many bytes of the byte order mark have matched; 3 once the question is settled.
    private var markProgress = 0
    /// Whether the last byte was a CR, so that an LF that comes next belongs to it.
    private var isLineFeedOwed = false
    private var isBufferStale = false

    // The event being read.
    private var dataLineCount = 0
    private var dataInChunk: Range<Int>?
    private var type: String?
    private var eventByteCount = 0
    private var isSkipping = false

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// A buffer larger than this is given back after the event.
    private static let retainedCapacity = 256 * 1024

    /// Creates a parser; `limit` is in bytes, 16 MiB by default.
    public init(limit: Int = 16 * 1024 * 1024) {
        self.limit = max(1, limit)
    }

    /// The last `id` field, as the stream wrote it.
    public var lastEventID: String {
        String(decoding: identifier, as: UTF8.self)
    }

    /// Whether bytes of an unfinished event or line have been fed.
    public var isInsideEvent: Bool {
        !partial.isEmpty || dataLineCount > 0 || type != nil || isSkipping
    }

    /// The next event that ends in `bytes` at or after `offset`; moves `offset` past what was read.
    ///
    /// Returns `nil`, with `offset == bytes.count`, when the chunk is used up; the next call takes the next chunk.
    public mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> SSEEvent? {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return next(base, raw.count, &offset)
        }
    }

    /// The last event, when the stream ended without the blank line after it; resets the parser.
    public mutating func finish() -> SSEEvent? {
        discardStaleBuffer()
        if markProgress > 0, markProgress < 3 { partial.append(contentsOf: Self.byteOrderMark.prefix(markProgress)) }
        if !partial.isEmpty { takePartialLine() }
        let event = endEvent(at: 0)
        partial = []
        markProgress = 0
        isLineFeedOwed = false
        return event
    }

    /// Calls `body` with the data of `event`, which the last call on `chunk` returned; empty data for oversized ones.
    public func withData<Result, Failure: Error>(
        of event: SSEEvent, in chunk: Span<UInt8>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch event.payload {
        case .chunk(let range): try body(chunk.extracting(range))
        case .buffered: try body(buffered.span)
        case .oversized: try body(chunk.extracting(0..<0))
        }
    }

    private mutating func next(_ base: UnsafeRawPointer, _ end: Int, _ offset: inout Int) -> SSEEvent? {
        discardStaleBuffer()
        var position = max(0, offset)
        if markProgress < 3 { skipByteOrderMark(base, end, &position) }
        if isLineFeedOwed, position < end {
            isLineFeedOwed = false
            if ByteScan.byte(base, position) == 0x0A { position &+= 1 }
        }
        while position < end {
            let lineEnd = ByteScan.findLineEnd(base, position, end)
            guard lineEnd < end else {
                keepPartialLine(base, position, end)
                break
            }
            let isBlank = lineEnd == position && partial.isEmpty
            if !isBlank {
                if partial.isEmpty {
                    takeLine(base, position, lineEnd, isInChunk: true)
                } else {
                    keepPartialLine(base, position, lineEnd)
                    takePartialLine()
                }
            }
            position = lineEnd &+ 1
            if ByteScan.byte(base, lineEnd) == 0x0D {
                if position == end {
                    isLineFeedOwed = true
                } else if ByteScan.byte(base, position) == 0x0A {
                    position &+= 1
                }
            }
            if isBlank, let event = endEvent(at: position) {
                offset = position
                return event
            }
        }
        if let range = dataInChunk {
            buffered.append(contentsOf: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
            dataInChunk = nil
        }
        offset = max(offset, end)
        return nil
    }

    /// Reports the event that a blank line ends, if it is one, and begins the next.
    @inline(__always)
    private mutating func endEvent(at end: Int) -> SSEEvent? {
        defer {
            dataLineCount = 0
            dataInChunk = nil
            type = nil
            eventByteCount = 0
            isSkipping = false
        }
        if isSkipping { return SSEEvent(end: end, payload: .oversized, type: type) }
        guard dataLineCount > 0 else { return nil }
        if let range = dataInChunk { return SSEEvent(end: end, payload: .chunk(range), type: type) }
        isBufferStale = true
        return SSEEvent(end: end, payload: .buffered, type: type)
    }

    @inline(__always)
    private mutating func discardStaleBuffer() {
        guard isBufferStale else { return }
        isBufferStale = false
        buffered.removeAll(keepingCapacity: buffered.capacity <= Self.retainedCapacity)
    }

    @inline(never)
    private mutating func skipByteOrderMark(_ base: UnsafeRawPointer, _ end: Int, _ position: inout Int) {
        while markProgress < 3, position < end {
            guard ByteScan.byte(base, position) == Self.byteOrderMark[markProgress] else {
                // What matched so far was the beginning of a line.
                partial.append(contentsOf: Self.byteOrderMark.prefix(markProgress))
                markProgress = 3
                return
            }
            markProgress += 1
            position += 1
        }
    }

    /// Remembers the bytes `start..<end` of a line whose beginning may be remembered already.
    private mutating func keepPartialLine(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
        guard start < end else { return }
        let isComment = (partial.first ?? ByteScan.byte(base, start)) == 0x3A
        if isComment || isSkipping {
            if partial.isEmpty { partial.append(0x3A) }
        } else if eventByteCount + partial.count + (end - start) > limit {
            skipEvent()
            partial = [0x3A]
        } else {
            partial.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
        }
    }

    private mutating func takePartialLine() {
        var line: [UInt8] = []
        swap(&line, &partial)
        line.withUnsafeBytes { raw in
            if let base = raw.baseAddress { takeLine(base, 0, raw.count, isInChunk: false) }
        }
        if line.capacity <= Self.retainedCapacity {
            line.removeAll(keepingCapacity: true)
            swap(&line, &partial)
        }
    }

    private mutating func skipEvent() {
        isSkipping = true
        buffered = []
        dataInChunk = nil
        dataLineCount = 0
    }

    /// Takes in one line that is not blank, without its end.
    @inline(__always)
    private mutating func takeLine(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, isInChunk: Bool) {
        guard ByteScan.byte(base, start) != 0x3A, !isSkipping else { return }
        eventByteCount &+= end &- start
        guard eventByteCount <= limit else { return skipEvent() }
        if start &+ 5 <= end, ByteScan.equal(base, start, start &+ 5, "data:") {
            let isSpaced = start &+ 5 < end && ByteScan.byte(base, start &+ 5) == 0x20
            takeData(base, start &+ (isSpaced ? 6 : 5), end, isInChunk: isInChunk)
        } else {
            takeField(base, start, end, isInChunk: isInChunk)
        }
    }

    @inline(__always)
    private mutating func takeData(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, isInChunk: Bool) {
        dataLineCount &+= 1
        if dataLineCount == 1, isInChunk {
            dataInChunk = start..<end
            return
        }
        if let first = dataInChunk {
            buffered.append(contentsOf: UnsafeRawBufferPointer(start: base + first.lowerBound, count: first.count))
            dataInChunk = nil
        }
        if dataLineCount > 1 { buffered.append(0x0A) }
        buffered.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    @inline(never)
    private mutating func takeField(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, isInChunk: Bool) {
        let colon = ByteScan.find(0x3A, base, start, end)
        var value = min(colon + 1, end)
        if value < end, ByteScan.byte(base, value) == 0x20 { value += 1 }
        if ByteScan.equal(base, start, colon, "event") {
            type = value < end ? types.string(base, value, end) : nil
        } else if ByteScan.equal(base, start, colon, "data") {
            takeData(base, value, end, isInChunk: isInChunk)
        } else if ByteScan.equal(base, start, colon, "id") {
            if ByteScan.find(0, base, value, end) == end {
                identifier = [UInt8](UnsafeRawBufferPointer(start: base + value, count: end - value))
            }
        } else if ByteScan.equal(base, start, colon, "retry") {
            var milliseconds = 0
            for position in value..<end {
                let digit = ByteScan.byte(base, position)
                guard JSONToken.isDigit(digit), milliseconds < 1_000_000_000 else { return }
                milliseconds = milliseconds * 10 + Int(digit - 0x30)
            }
            if value < end { retryMilliseconds = milliseconds }
        }
    }
}
