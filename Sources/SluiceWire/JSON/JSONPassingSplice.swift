/// Replaces one text member of the objects of a stream that passes by in pieces; every other byte stays as it was.
///
/// Feed any split of bytes: nothing is held back, so that what passes is as early as it was. The member stands in the
/// object itself, as `model` in a chat chunk, or in one of its members, as `model` in the `response` of a Responses event.
/// A value that is no string stays. The text is followed by its quotes and brackets and not validated; an object that is
/// cut by the end of its event takes nothing of the next one with it.
///
/// ```swift
/// var splice = JSONPassingSplice(.events, member: "model", replacement: "my-model")
/// splice.feed(chunk, into: &segments)
/// ```
public struct JSONPassingSplice: Sendable {
    /// What stands around the objects.
    public enum Framing: Sendable {
        /// White space, line ends, or the brackets and commas of an array.
        case plain
        /// Server-sent events: objects are the data.
        case events
    }

    private enum Line: Equatable {
        /// So many bytes of `data:` have come.
        case start(Int)
        case data
        case other
    }

    private let framing: Framing
    private let replacement: [UInt8]
    private var object: JSONObjectMemberFinder
    private var line = Line.start(0)
    private var wasCarriageReturn = false
    /// Nothing but a byte order mark has come.
    private var isAtBeginning = true

    /// Creates a splice.
    ///
    /// - Parameter parent: the member in whose object the member stands, when it is not the outermost one.
    public init(_ framing: Framing, parent: String? = nil, member: String, replacement: String) {
        self.framing = framing
        var text: [UInt8] = []
        JSONWriter.append(replacement, to: &text)
        self.replacement = text
        object = JSONObjectMemberFinder(parent: parent, member: member)
    }

    /// Reads the next bytes; appends the runs that they become. The replacement is a JSON string with its quotes.
    public mutating func feed(_ bytes: Span<UInt8>, into segments: inout [JSONSplice.Segment]) {
        var run = 0
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return }
            switch framing {
            case .plain: feedObjects(base, 0, raw.count, &run, &segments)
            case .events: feedLines(base, raw.count, &run, &segments)
            }
        }
        if object.isInsideMatch { run = bytes.count }
        if run < bytes.count { segments.append(.original(run..<bytes.count)) }
    }

    private mutating func feedLines(
        _ base: UnsafeRawPointer, _ end: Int, _ run: inout Int, _ segments: inout [JSONSplice.Segment]
    ) {
        let prefix: StaticString = "data:"
        var position = 0
        while position < end {
            let lineEnd = ByteScan.findLineEnd(base, position, end)
            let isBlank = line == .start(0) && lineEnd == position
            while case .start(let matched) = line, position < lineEnd {
                let byte = ByteScan.byte(base, position)
                if isAtBeginning, byte >= 0xBB {
                    position &+= 1
                    continue
                }
                isAtBeginning = false
                guard byte == prefix.utf8Start[matched] else {
                    line = .other
                    break
                }
                position &+= 1
                line = matched &+ 1 == prefix.utf8CodeUnitCount ? .data : .start(matched &+ 1)
            }
            if line == .data { feedObjects(base, position, lineEnd, &run, &segments) }
            guard lineEnd < end else {
                wasCarriageReturn = false
                return
            }
            let byte = ByteScan.byte(base, lineEnd)
            if object.isInsideMatch {
                // No text goes on over the end of a line: what follows is not part of it.
                run = lineEnd
                object.cutMatch()
            }
            // The line feed behind a carriage return ends no line of its own.
            if isBlank, !(wasCarriageReturn && byte == 0x0A) { object.reset() }
            wasCarriageReturn = byte == 0x0D
            line = .start(0)
            position = lineEnd &+ 1
        }
    }

    private mutating func feedObjects(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ run: inout Int,
        _ segments: inout [JSONSplice.Segment]
    ) {
        var position = start
        while position < end {
            switch object.next(base, &position, end) {
            case .more: return
            case .matchBegins(let quote):
                if run < quote { segments.append(.original(run..<quote)) }
                segments.append(.inserted(replacement))
            case .matchEnds:
                run = position
            }
        }
    }
}
