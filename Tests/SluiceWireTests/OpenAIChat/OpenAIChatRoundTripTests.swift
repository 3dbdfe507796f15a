import SluiceWire
import Testing

@Suite("Chat Completions, there and back")
struct OpenAIChatRoundTripTests {
    @Test("a request read, written and read again means the same", arguments: OpenAIChatCase.all(with: "request.json"))
    func request(name: String) throws {
        var (request, losses) = try OpenAIChatCase.readRequest(OpenAIChatCase.document(name, "request.json"))
        #expect(losses.firstVisible == nil)
        let (written, dropped) = try OpenAIChatCase.writeRequest(request)
        #expect(dropped.firstVisible == nil, "\(dropped.header ?? "")")
        var (again, _) = try OpenAIChatCase.readRequest(written)
        // What the gateway itself wants of a stream.
        again.includesUsage = request.includesUsage
        // A model that does not know the role of developers knows that of the system.
        for place in request.messages.indices where request.messages[place].role == .developer {
            request.messages[place].role = .system
        }
        if name == "functions" {
            // The form before tools is put into today's, but for the mark that the client knows no other.
            #expect(again.tools == request.tools)
            let roles = again.messages.map { $0.role }
            #expect(roles == request.messages.map { $0.role })
        } else {
            #expect(again == request)
        }
        #expect(written.root["model"]?.stringValue == "m")
    }

    @Test(
        "a whole answer read, written and read again is the same", arguments: OpenAIChatCase.all(with: "response.json"))
    func response(name: String) throws {
        let response = try OpenAIChatCase.readResponse(OpenAIChatCase.document(name, "response.json"))
        let (written, _) = try OpenAIChatCase.writeResponse(response)
        #expect(written["model"]?.stringValue == "client-name")
        let again = try OpenAIChatCase.readResponse(JSONDocument(parsing: Array(written.rawBytes)))
        // Empty texts are not told apart from none; seals come back within tokens, some of them in the ids of calls.
        let parts = response.parts.map { Self.nameless($0.content) }.filter { $0 != .text("") }
        #expect(again.parts.map { Self.nameless($0.content) } == parts)
        #expect(again.finish.reason == response.finish.reason)
        #expect(again.finish.stopSequence == response.finish.stopSequence)
        #expect(again.usage == response.usage)
        #expect(again.serviceTier == response.serviceTier)
    }

    /// Absent arguments are written as an empty object.
    private static func called(_ content: NeutralPart.Content) -> NeutralPart.Content {
        guard case .toolCall(var call) = content, call.arguments.isEmpty else { return content }
        call.arguments = "{}"
        return .toolCall(call)
    }

    @Test("a stream assembled is the whole answer", arguments: OpenAIChatCase.all(with: "stream.sse"))
    func assembled(name: String) throws {
        let whole = try OpenAIChatCase.readResponse(OpenAIChatCase.document(name, "response.json"))
        var assembler = NeutralAssembler()
        for event in OpenAIChatCase.events(try OpenAIChatCase.bytes(name, "stream.sse")) { assembler.take(event) }
        let streamed = try #require(assembler.response)
        #expect(streamed.parts.map(\.content) == whole.parts.map(\.content).filter { $0 != .text("") })
        #expect(streamed.parts.map(\.signature) == whole.parts.filter { $0.content != .text("") }.map(\.signature))
        #expect(streamed.finish.reason == whole.finish.reason)
        #expect(streamed.finish.stopSequence == whole.finish.stopSequence)
        #expect(streamed.usage == whole.usage)
        #expect(streamed.id == whole.id)
    }

    @Test("any split of a stream gives the same events", arguments: OpenAIChatCase.all(with: "stream.sse"))
    func splits(name: String) throws {
        let bytes = try OpenAIChatCase.bytes(name, "stream.sse")
        let expected = OpenAIChatCase.events(bytes)
        #expect(OpenAIChatCase.events(bytes, cuts: Array(1..<bytes.count)) == expected)
        // Every single cut: what lies before its event has been read, and after the event both readers go on alike.
        var reader = OpenAIChatCodec.makeStreamReader(OpenAIChatCase.reading())
        var all: [NeutralEvent] = []
        for event in Self.pieces(bytes) {
            var whole: [NeutralEvent] = []
            let before = reader
            reader.read(event.span, into: &whole)
            for cut in 1..<event.count {
                var cutReader = before
                var events: [NeutralEvent] = []
                cutReader.read(event[0..<cut].span, into: &events)
                cutReader.read(event[cut..<event.count].span, into: &events)
                if events != whole { Issue.record("A cut at \(cut) changes \(String(decoding: event, as: UTF8.self))") }
            }
            all += whole
        }
        reader.finish(into: &all)
        #expect(all == expected)
    }

    /// The stream, cut after each blank line.
    private static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in bytes {
            pieces[pieces.count - 1].append(byte)
            let piece = pieces[pieces.count - 1]
            if piece.suffix(2) == [0x0A, 0x0A] || piece.suffix(4) == [0x0D, 0x0A, 0x0D, 0x0A] { pieces.append([]) }
        }
        return pieces.filter { !$0.isEmpty }
    }

    @Test("a stream cut anywhere does not end as if complete", arguments: OpenAIChatCase.all(with: "stream.sse"))
    func truncations(name: String) throws {
        let bytes = try OpenAIChatCase.bytes(name, "stream.sse")
        // The finish reason's chunk is there once its line has ended.
        let word = Array(#""finish_reason":""#.utf8)
        let reason = try #require(bytes.indices.first { bytes[$0...].starts(with: word) })
        var reader = OpenAIChatCodec.makeStreamReader(OpenAIChatCase.reading())
        for cut in bytes.indices {
            var events: [NeutralEvent] = []
            var copy = reader
            copy.finish(into: &events)
            if events.contains(.end) { #expect(cut > reason) }
            // Without the end of the connection only `[DONE]` ends a stream.
            events = []
            reader.read(bytes[cut..<cut + 1].span, into: &events)
            if events.contains(.end) { #expect(cut >= bytes.count - 3) }
        }
    }

    @Test("what the writer streams, the reader reads", arguments: OpenAIChatCase.all(with: "stream.sse"))
    func writerToReader(name: String) throws {
        let events = OpenAIChatCase.events(try OpenAIChatCase.bytes(name, "stream.sse"))
        var request = NeutralRequest(messages: [])
        request.includesUsage = true
        let (bytes, losses) = OpenAIChatCase.stream(events, OpenAIChatCase.writing(request))
        #expect(losses.firstVisible == nil)
        var first = NeutralAssembler()
        var second = NeutralAssembler()
        for event in events { first.take(event) }
        for event in OpenAIChatCase.events(bytes) { second.take(event) }
        let expected = try #require(first.response)
        let streamed = try #require(second.response)
        #expect(streamed.parts.map(\.content).map(Self.nameless) == expected.parts.map(\.content).map(Self.nameless))
        #expect(streamed.finish.reason == expected.finish.reason)
        #expect(streamed.usage == expected.usage)
    }

    /// A call without its id, which may carry thoughts.
    private static func nameless(_ content: NeutralPart.Content) -> NeutralPart.Content {
        guard case .toolCall(var call) = called(content) else { return content }
        call.id = ""
        return .toolCall(call)
    }

    @Test("cut requests and answers are errors, and nothing traps", arguments: Fixture.names(in: OpenAIChatCase.folder))
    func cutBodies(name: String) throws {
        for file in ["request.json", "response.json"] {
            guard let bytes = Fixture.bytes("\(OpenAIChatCase.folder)/\(name)/\(file)") else { continue }
            for cut in stride(from: 0, to: bytes.count, by: 7) {
                let error = OpenAIChatCodec.readError(status: 500, body: Array(bytes[..<cut])) { _ in nil }
                #expect(error.status == 500)
            }
        }
    }

    @Test(
        "a body of any other shape is refused, and nothing traps", arguments: OpenAIChatCase.all(with: "request.json"))
    func otherShapes(name: String) throws {
        let root = try OpenAIChatCase.document(name, "request.json").root
        for value in ["null", "[]", "{}", "-1", "1e400", #""""#, #"[[[{"type":{}}]]]"#, #"[{"role":7}]"#, "true"] {
            for (key, _) in root.members {
                var writer = JSONWriter()
                writer.beginObject()
                for (other, node) in root.members {
                    writer.key(other)
                    if other == key { writer.raw(Array(value.utf8)) } else { writer.raw(node.rawBytes) }
                }
                writer.endObject()
                guard let (request, _) = try? OpenAIChatCase.readRequest(JSONDocument(parsing: writer.take())) else {
                    continue
                }
                _ = try? OpenAIChatCase.writeRequest(request)
            }
        }
    }
}
