import Glibc
import SluiceWire
import Testing

@Suite("Messages there and back")
struct AnthropicRoundTripTests {
    @Test("a request means the same after reading and writing", arguments: Messages.cases("request.json"))
    func requests(_ name: String) throws {
        let request = try Messages.read(Messages.file(name, "request.json"))
        var context = Messages.writing()
        let written = try AnthropicCodec.writeRequest(request, &context)
        let back = try Messages.read(written)
        // A message without content has nothing to say, and the vendor takes none.
        var expected = request
        expected.messages.removeAll { $0.parts.isEmpty && $0.extras.isEmpty }
        #expect(back == expected)
        #expect(context.losses.header == nil)
        Self.expect(written, name, "written.json")
    }

    @Test("an answer means the same after reading and writing", arguments: Messages.cases("response.json"))
    func responses(_ name: String) throws {
        var response = try Messages.response(Messages.file(name, "response.json"))
        var context = Messages.answering()
        let written = try AnthropicCodec.writeResponse(response, &context)
        Self.expect(written, name, "answered.json")
        var back = try Messages.response(written)
        #expect(back.model == "my-claude")
        back.model = response.model
        Self.normalise(&response)
        Self.normalise(&back)
        #expect(back == response)
        #expect(context.losses.header == nil)
    }

    @Test("a streamed answer assembled is the whole one", arguments: Messages.cases("stream.sse"))
    func assembled(_ name: String) throws {
        guard let whole = Fixture.bytes("dialects/anthropic/\(name)/response.json") else { return }
        let events = try Messages.events(Messages.file(name, "stream.sse"))
        var response = try Messages.streamed(Messages.response(whole))
        var streamed = try #require(Messages.assembled(events))
        // Arguments that come in pieces keep the vendor's white space; those in a whole answer have the body's.
        Self.normalise(&response)
        Self.normalise(&streamed)
        #expect(streamed == response)
    }

    @Test("events that are written are read again", arguments: Messages.cases("stream.sse"))
    func events(_ name: String) throws {
        let events = try Messages.events(Messages.file(name, "stream.sse"))
        let (text, losses) = Messages.stream(events)
        #expect(losses == nil)
        let back = Messages.events(Array(text.utf8))
        var first = NeutralAssembler()
        var second = NeutralAssembler()
        for event in events { first.take(event) }
        for event in back { second.take(event) }
        #expect(first.error == second.error)
        #expect(first.isComplete == second.isComplete)
        guard var left = first.response, var right = second.response else {
            #expect(first.response == nil && second.response == nil)
            return
        }
        right.model = left.model
        Self.normalise(&left)
        Self.normalise(&right)
        #expect(left == right)
    }

    @Test("a whole answer told as events is the same answer", arguments: Messages.cases("response.json"))
    func told(_ name: String) throws {
        var response = try Messages.streamed(Messages.response(Messages.file(name, "response.json")))
        let (text, losses) = Messages.stream(response.events)
        #expect(losses == nil)
        Self.expect(Array(text.utf8), name, "answered.sse")
        var back = try #require(Messages.assembled(Messages.events(Array(text.utf8))))
        back.model = response.model
        Self.normalise(&response)
        Self.normalise(&back)
        #expect(back == response)
    }

    /// Compares with a file; `SLUICE_RECORD=1` writes it.
    private static func expect(_ bytes: [UInt8], _ name: String, _ file: String) {
        let path = "dialects/anthropic/\(name)/\(file)"
        if let record = getenv("SLUICE_RECORD"), record.pointee != 0 { #expect(Fixture.write(bytes, to: path)) }
        #expect(Fixture.bytes(path) == bytes)
    }

    /// Objects without white space between their members, for the flat objects of the fixtures.
    private static func normalise(_ response: inout NeutralResponse) {
        func compact(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            guard let root = try? JSONDocument(copying: bytes.span).root else { return Array(bytes) }
            var writer = JSONWriter()
            write(root, &writer)
            return writer.take()
        }
        func write(_ node: JSONNode, _ writer: inout JSONWriter) {
            switch node.kind {
            case .object:
                writer.beginObject()
                for (key, value) in node.members {
                    writer.key(key)
                    write(value, &writer)
                }
                writer.endObject()
            case .array:
                writer.beginArray()
                for value in node.elements { write(value, &writer) }
                writer.endArray()
            default: writer.raw(node.rawBytes)
            }
        }
        for index in response.parts.indices {
            switch response.parts[index].content {
            case .toolCall(var call):
                call.arguments = JSONString(utf8: compact(call.arguments.utf8))
                response.parts[index].content = .toolCall(call)
            case .opaque(let opaque):
                response.parts[index].content = .opaque(
                    NeutralOpaque(
                        origin: opaque.origin, kind: opaque.kind,
                        value: JSONFragment(written: compact(opaque.value.bytes))))
            default: break
            }
        }
        if let details = response.finish.details {
            response.finish.details = NeutralOpaque(
                origin: details.origin, kind: details.kind, value: JSONFragment(written: compact(details.value.bytes)))
        }
    }
}
