/// What a walk over a JSON text tells its listener, in the order of the text.
///
/// `depth` is the number of containers open around the value or key: 0 for the outermost value, 1 for its members.
/// Offsets of strings and keys are inside the quotes; those of other values span the whole text of the value.
/// A method that answers `false` ends the walk with ``JSONError/Kind/tooManyValues``.
protocol JSONSink {
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool
    mutating func close(_ kind: JSONKind, end: Int, depth: Int)
}

/// A sink that wants only to know whether the text is JSON.
struct JSONDeafSink: JSONSink {
    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool { true }
    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool { true }
    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool { true }
    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {}
}

/// The one strict JSON grammar of the package: iterative, depth bounded, one pass.
///
/// Scanner, document and stream classifiers are sinks of this walk, so that they cannot disagree on what is JSON.
enum JSONWalker {
    /// Walks the text at `base`; returns `nil` when it is one JSON value with white space around it.
    @inline(__always)
    static func walk<Sink: JSONSink>(
        _ base: UnsafeRawPointer, _ end: Int, maximumDepth: Int, objectOnly: Bool = false, sink: inout Sink
    ) -> JSONFailure? {
        var position = JSONToken.skipSpace(base, 0, end)
        guard position < end else { return JSONFailure(.empty, end) }
        if objectOnly, ByteScan.byte(base, position) != 0x7B {
            return JSONFailure.notObject(base, position, end, maximumDepth: maximumDepth)
        }
        var nesting = JSONNesting()

        while true {
            // One value starts at `position`.
            guard position < end else { return JSONFailure(.value, end) }
            let start = position
            let byte = ByteScan.byte(base, position)
            switch byte {
            case 0x22:
                let result = JSONToken.string(base, start &+ 1, end)
                guard result >= 0 else { return JSONFailure(.string, ~result) }
                position = result &>> 1
                let isKept = sink.scalar(
                    .string, start &+ 1, position &- 1, hasEscapes: result & 1 == 1, depth: nesting.depth)
                guard isKept else { return JSONFailure(.tooManyValues, start) }
            case 0x7B:
                guard nesting.depth < maximumDepth else { return JSONFailure(.tooDeep, start) }
                guard sink.open(.object, at: start, depth: nesting.depth) else {
                    return JSONFailure(.tooManyValues, start)
                }
                position = JSONToken.skipSpace(base, start &+ 1, end)
                guard position < end else { return JSONFailure(.firstKey, end) }
                guard ByteScan.byte(base, position) == 0x7D else {
                    nesting.push(isObject: true)
                    if let failure = key(base, &position, end, .firstKey, nesting.depth, &sink) { return failure }
                    continue
                }
                position &+= 1
                sink.close(.object, end: position, depth: nesting.depth)
            case 0x5B:
                guard nesting.depth < maximumDepth else { return JSONFailure(.tooDeep, start) }
                guard sink.open(.array, at: start, depth: nesting.depth) else {
                    return JSONFailure(.tooManyValues, start)
                }
                position = JSONToken.skipSpace(base, start &+ 1, end)
                guard position < end else { return JSONFailure(.firstElement, end) }
                guard ByteScan.byte(base, position) == 0x5D else {
                    nesting.push(isObject: false)
                    continue
                }
                position &+= 1
                sink.close(.array, end: position, depth: nesting.depth)
            case 0x2D, 0x30...0x39:
                let result = JSONToken.number(base, start, end)
                guard result >= 0 else { return JSONFailure(.number, ~result) }
                position = result
                guard sink.scalar(.number, start, position, hasEscapes: false, depth: nesting.depth) else {
                    return JSONFailure(.tooManyValues, start)
                }
            case 0x74, 0x66, 0x6E:
                let kind: JSONKind = byte == 0x74 ? .true : byte == 0x66 ? .false : .null
                let result =
                    switch kind {
                    case .true: JSONToken.literal(base, start, end, "true")
                    case .false: JSONToken.literal(base, start, end, "false")
                    default: JSONToken.literal(base, start, end, "null")
                    }
                guard result >= 0 else { return JSONFailure(.literal, ~result) }
                position = result
                guard sink.scalar(kind, start, position, hasEscapes: false, depth: nesting.depth) else {
                    return JSONFailure(.tooManyValues, start)
                }
            default:
                return JSONFailure(.value, start)
            }

            // One value has ended at `position`: close what closes, until another value is due.
            while true {
                position = JSONToken.skipSpace(base, position, end)
                guard nesting.depth > 0 else {
                    return position == end ? nil : JSONFailure(.trailingBytes, position)
                }
                let isObject = nesting.isObject
                guard position < end else { return JSONFailure(isObject ? .afterMember : .afterElement, end) }
                let byte = ByteScan.byte(base, position)
                if byte == 0x2C {
                    position = JSONToken.skipSpace(base, position &+ 1, end)
                    if isObject {
                        if let failure = key(base, &position, end, .key, nesting.depth, &sink) { return failure }
                    }
                    break
                }
                guard byte == (isObject ? 0x7D : 0x5D) else {
                    return JSONFailure(isObject ? .afterMember : .afterElement, position)
                }
                position &+= 1
                nesting.pop()
                sink.close(isObject ? .object : .array, end: position, depth: nesting.depth)
            }
        }
    }

    /// Reads a key and its colon, and leaves `position` at the first byte of the value.
    @inline(__always)
    private static func key<Sink: JSONSink>(
        _ base: UnsafeRawPointer, _ position: inout Int, _ end: Int, _ place: JSONFailure.Place, _ depth: Int,
        _ sink: inout Sink
    ) -> JSONFailure? {
        let start = position
        guard start < end, ByteScan.byte(base, start) == 0x22 else { return JSONFailure(place, start) }
        let result = JSONToken.string(base, start &+ 1, end)
        guard result >= 0 else { return JSONFailure(.string, ~result) }
        let close = (result &>> 1) &- 1
        guard sink.key(start &+ 1, close, hasEscapes: result & 1 == 1, depth: depth) else {
            return JSONFailure(.tooManyValues, start)
        }
        position = close &+ 1
        if position < end, ByteScan.byte(base, position) == 0x3A {
            position = JSONToken.skipSpace(base, position &+ 1, end)
            return nil
        }
        position = JSONToken.skipSpace(base, position, end)
        guard position < end, ByteScan.byte(base, position) == 0x3A else { return JSONFailure(.colon, position) }
        position = JSONToken.skipSpace(base, position &+ 1, end)
        return nil
    }
}
