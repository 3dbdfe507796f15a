import SluiceWire

/// Times the byte-level pieces of the gateway: `wire-bench [seconds per piece] [part of a name]`.
///
/// The bars are those of docs/performance.md. `JSONSerialization` read the same kind of text at 64 to 108 MB/s and
/// orjson at 2,270: five times the one and half of the other are the bars of the tree.
@main
enum WireBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let measure = Measure(
            seconds: arguments.first.flatMap(Double.init) ?? 0.5, filter: arguments.dropFirst().first ?? "")
        let large = Samples.chatRequest(size: 59_000)
        let small = Samples.smallRequest
        var members: [JSONMember] = []

        measure.report("scan, chat body of \(large.count) bytes", bytes: large.count, bar: 13_700, source: "SWAR probe")
        {
            do { try JSONScanner.scanObject(large.span, into: &members) } catch { return -1 }
            return members.count
        }
        measure.report(
            "scan, chat body of \(small.count) bytes", bytes: small.count, bar: 110,
            source: "probe: no UTF-8, no grammar"
        ) {
            do { try JSONScanner.scanObject(small.span, into: &members) } catch { return -1 }
            return members.count
        }
        measure.report("request scan, \(large.count) bytes", bytes: large.count) {
            do { return try OpenAIRequestScan.scan(large.span).members.count } catch { return -1 }
        }
        measure.report("request scan, \(small.count) bytes", bytes: small.count) {
            do { return try OpenAIRequestScan.scan(small.span).members.count } catch { return -1 }
        }
        let chinese = Samples.chineseRequest(size: 59_000)
        measure.report("scan, Chinese text, \(chinese.count) bytes", bytes: chinese.count) {
            do { try JSONScanner.scanObject(chinese.span, into: &members) } catch { return -1 }
            return members.count
        }
        documents(measure, large)
        streams(measure)
        taps(measure)
        splices(measure, large)
        Conversions.measure(measure)
    }

    private static func documents(_ measure: Measure, _ large: [UInt8]) {
        let bar = Double(large.count) / 540 * 1000
        measure.report("tree, chat body", bytes: large.count, bar: bar, source: "5 x JSONSerialization") {
            do { return try JSONDocument(parsing: large).root.count } catch { return -1 }
        }
        let stretch = Double(large.count) / 1135 * 1000
        measure.report("tree, chat body, every string read", bytes: large.count, bar: stretch, source: "orjson / 2") {
            do { return visit(try JSONDocument(parsing: large).root) } catch { return -1 }
        }
        let numbers = Samples.embeddings(4)
        let dense = Double(numbers.count) / 540 * 1000
        measure.report("tree, embeddings of \(numbers.count) bytes", bytes: numbers.count, bar: dense) {
            do { return try JSONDocument(parsing: numbers).root.count } catch { return -1 }
        }
        measure.report("tree, embeddings, every number read", bytes: numbers.count) {
            do { return visit(try JSONDocument(parsing: numbers).root) } catch { return -1 }
        }
    }

    private static func visit(_ node: JSONNode) -> Int {
        switch node.kind {
        case .object: node.members.reduce(0) { $0 + $1.key.utf8.count + visit($1.value) }
        case .array: node.elements.reduce(0) { $0 + visit($1) }
        case .string: node.stringValue?.utf8.count ?? 0
        case .number: node.doubleValue == 0 ? 0 : 1
        default: 1
        }
    }

    private static func streams(_ measure: Measure) {
        let chunk = Samples.chunk
        measure.report("classify, chat chunk of \(chunk.count) bytes", bytes: chunk.count, bar: 300, source: "asked") {
            OpenAIChatStream.classify(chunk.span).hasContent ? 1 : 0
        }
        let event = Samples.responsesEvent
        measure.report(
            "classify, Responses event of \(event.count) bytes", bytes: event.count, bar: 300, source: "asked"
        ) {
            OpenAIResponsesStream.classify(event.span).hasContent ? 1 : 0
        }
        let usage = Samples.usage
        measure.report("usage, \(usage.count) bytes", bytes: usage.count) {
            OpenAIUsage.parse(usage.span)?.output ?? -1
        }
        let stream = Samples.stream(100)
        measure.report("SSE, 100 events in one chunk", bytes: stream.count) {
            var parser = SSEParser()
            return count(&parser, stream.span)
        }
        measure.report("SSE and classify, 100 events in one chunk", bytes: stream.count) {
            var parser = SSEParser()
            var offset = 0
            var total = 0
            while let event = parser.next(in: stream.span, at: &offset) {
                total += parser.withData(of: event, in: stream.span) {
                    OpenAIChatStream.classify($0).hasContent ? 1 : 0
                }
            }
            return total
        }
        measure.report("SSE, 100 events in chunks of 64 bytes", bytes: stream.count) {
            var parser = SSEParser()
            var total = 0
            for start in stride(from: 0, to: stream.count, by: 64) {
                total += count(&parser, stream.span.extracting(start..<min(start + 64, stream.count)))
            }
            return total
        }
    }

    private static func count(_ parser: inout SSEParser, _ bytes: Span<UInt8>) -> Int {
        var offset = 0
        var total = 0
        while let event = parser.next(in: bytes, at: &offset) { total += event.end & 1 }
        return total
    }

    private static func taps(_ measure: Measure) {
        let reply = Samples.reply(size: 50_000_000)
        measure.report("tap, reply of 50 MB in reads of 64 KiB", bytes: reply.count) { tap(reply) }
        let numbers = Samples.embeddings(256)
        measure.report("tap, embeddings of \(numbers.count) bytes", bytes: numbers.count) { tap(numbers) }
        let small = Samples.reply(size: 600)
        measure.report("tap, reply of \(small.count) bytes", bytes: small.count) { tap(small) }
    }

    private static func tap(_ bytes: [UInt8]) -> Int {
        var tap = JSONMemberTap(["usage", "model", "error"])
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            tap.feed(bytes.span.extracting(start..<min(start + 65_536, bytes.count)))
        }
        return tap.captured("usage")?.count ?? -1
    }

    /// What a renamed model costs: nothing of this runs where the names are the same.
    private static func passing(_ measure: Measure) {
        let stream = Samples.stream(100)
        measure.report("rename, 100 events in one chunk", bytes: stream.count) { rename(stream, .events) }
        let reply = Samples.reply(size: 600)
        measure.report("rename, reply of \(reply.count) bytes", bytes: reply.count) { rename(reply, .plain) }
        let numbers = Samples.embeddings(256)
        measure.report("rename, embeddings of \(numbers.count) bytes", bytes: numbers.count) { rename(numbers, .plain) }
    }

    private static func rename(_ bytes: [UInt8], _ framing: JSONPassingSplice.Framing) -> Int {
        var splice = JSONPassingSplice(framing, member: "model", replacement: "the-clients-name")
        var segments: [JSONSplice.Segment] = []
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            segments.removeAll(keepingCapacity: true)
            splice.feed(bytes.span.extracting(start..<min(start + 65_536, bytes.count)), into: &segments)
        }
        return segments.count
    }

    private static func splices(_ measure: Measure, _ large: [UInt8]) {
        var members: [JSONMember] = []
        do { try JSONScanner.scanObject(large.span, into: &members) } catch { return }
        let model = Array(#""another-model""#.utf8)
        let yes = Array("true".utf8)
        measure.report("splice, model and include_usage, segments", bytes: large.count) {
            var splice = JSONSplice(of: large.span, members: members)
            splice.replaceValue(at: 0, with: model)
            _ = splice.setMember("include_usage", ofObject: "stream_options", to: yes, in: large.span)
            return splice.segments.count
        }
        passing(measure)
        measure.report("write, chunk with one string", bytes: Samples.chunk.count) {
            var writer = JSONWriter(capacity: 512)
            writer.beginObject()
            writer.key("id" as StaticString)
            writer.string("chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012")
            writer.key("created" as StaticString)
            writer.integer(1_763_683_200)
            writer.key("content" as StaticString)
            writer.string(" hello \"you\"\n")
            writer.endObject()
            return writer.bytes.count
        }
    }
}
