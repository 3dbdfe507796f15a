import SluiceWire

/// The event stream parser gives the events of a plain reference, in every split.
enum SSEOracle {
    struct Event: Equatable {
        var type: String?
        /// `nil` for an oversized event.
        var data: [UInt8]?
    }

    static func check(_ input: [UInt8]) -> String? {
        for limit in [48, 1 << 20] {
            let expected = reference(input, limit: limit)
            for sizes in [[max(1, input.count)], [1], [2, 3], [7], [16, 1]] {
                let found = parse(input, sizes: sizes, limit: limit)
                if found != expected {
                    return "limit \(limit), chunks of \(sizes): \(found), expected \(expected)"
                }
            }
        }
        return nil
    }

    private static func parse(_ input: [UInt8], sizes: [Int], limit: Int) -> [Event] {
        var parser = SSEParser(limit: limit)
        var events: [Event] = []
        var start = 0
        var turn = 0
        while start < input.count {
            let end = min(input.count, start + sizes[turn % sizes.count])
            let chunk = input.span.extracting(start..<end)
            var offset = 0
            var last = 0
            while let event = parser.next(in: chunk, at: &offset) {
                // An end that does not grow would read the same event for ever.
                guard event.end == offset, event.end > last else { return [] }
                last = event.end
                events.append(convert(event, &parser, chunk))
            }
            guard offset == chunk.count else { return [] }
            start = end
            turn += 1
        }
        if let event = parser.finish() { events.append(convert(event, &parser, input.span)) }
        return events
    }

    private static func convert(_ event: SSEEvent, _ parser: inout SSEParser, _ chunk: Span<UInt8>) -> Event {
        guard event.payload != .oversized else { return Event(type: event.type, data: nil) }
        let data = parser.withData(of: event, in: chunk) { data in data.withUnsafeBufferPointer { [UInt8]($0) } }
        return Event(type: event.type, data: data)
    }

    /// The section on parsing of the standard, in its own order, over whole lines.
    private static func reference(_ input: [UInt8], limit: Int) -> [Event] {
        var rest = input[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var events: [Event] = []
        var lines: [[UInt8]] = []
        var type: String?
        var size = 0
        var isOversized = false
        func dispatch() {
            if isOversized {
                events.append(Event(type: type, data: nil))
            } else if !lines.isEmpty {
                events.append(Event(type: type, data: Array(lines.joined(separator: [0x0A]))))
            }
            (lines, type, size, isOversized) = ([], nil, 0, false)
        }
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
            let line = rest[rest.startIndex..<end]
            rest = rest[end...]
            if rest.starts(with: [0x0D, 0x0A]) { rest = rest.dropFirst(2) } else { rest = rest.dropFirst() }
            guard !line.isEmpty else {
                dispatch()
                continue
            }
            guard line.first != 0x3A, !isOversized else { continue }
            size += line.count
            if size > limit {
                isOversized = true
                continue
            }
            let name = line.prefix { $0 != 0x3A }
            var value = line.dropFirst(name.count + 1)
            if value.first == 0x20 { value = value.dropFirst() }
            if name.elementsEqual("data".utf8) { lines.append(Array(value)) }
            if name.elementsEqual("event".utf8) {
                type = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
            }
        }
        dispatch()
        return events
    }
}
