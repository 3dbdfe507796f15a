import SluiceWire
import Testing

/// Another vendor's thoughts through a Gemini client and back.
@Suite("Gemini: carried thoughts")
struct GeminiCarrierTests {
    private static let anthropic = NeutralOrigin(.anthropic, model: "claude")
    private static let parts: [NeutralPart] = [
        NeutralPart(.thinking("Hm.\n\"é\""), signature: NeutralSignature("Eq+/1==", origin: anthropic)),
        NeutralPart(.redactedThinking, signature: NeutralSignature("redacted", origin: anthropic)),
        NeutralPart(.text("I look.")),
        NeutralPart(.thinking(""), signature: NeutralSignature("empty", origin: anthropic)),
        GeminiSupport.call(
            "toolu_1", "f", #"{"a":1}"#, signature: NeutralSignature("b3du", origin: NeutralOrigin(.gemini, model: "g"))
        ),
        GeminiSupport.call("toolu_2", "f"),
    ]

    /// The turn as the client sends it back, after its SDK decoded and encoded the seals in the URL-safe alphabet.
    private func returned(_ contents: [JSONNode], isURLSafe: Bool, key: UInt64 = 17) throws -> (
        [NeutralPart], ConversionLosses
    ) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("contents")
        writer.beginArray()
        writer.raw(Array(#"{"role":"user","parts":[{"text":"a"}]}"#.utf8))
        for content in contents { writer.raw(content.rawBytes) }
        writer.raw(
            Array(
                (#"{"role":"user","parts":[{"functionResponse":{"id":"toolu_1","name":"f","response":{}}},"#
                    + #"{"functionResponse":{"name":"f","response":{}}}]}"#).utf8))
        writer.endArray()
        writer.endObject()
        var text = String(decoding: writer.bytes, as: UTF8.self)
        if isURLSafe {
            let pieces = text.split(separator: #""thoughtSignature":""#, omittingEmptySubsequences: false)
            text = pieces.enumerated().map { index, piece in
                guard index > 0, let end = piece.firstIndex(of: "\"") else { return String(piece) }
                let token = piece[..<end].map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
                return String(token) + piece[end...]
            }.joined(separator: #""thoughtSignature":""#)
        }
        var context = RequestReading(seal: TestSeal(key: key))
        let request = try GeminiSupport.read(Array(text.utf8), &context)
        let turn = try #require(request.messages.first { $0.role == .assistant })
        return (turn.parts, context.losses)
    }

    private func contents(_ chunks: [[UInt8]]) throws -> [JSONNode] {
        try chunks.compactMap { try JSONDocument(parsing: $0).root["candidates"]?[0]?["content"] }
    }

    private func streamed(showsThoughts: Bool) throws -> [JSONNode] {
        let response = NeutralResponse(id: "r", parts: Self.parts, finish: NeutralFinish(.toolCalls))
        let text = GeminiSupport.stream(
            response.events, GeminiSupport.answering(showsThoughts: showsThoughts, isArray: true))
        return try JSONDocument(parsing: Array(text.utf8)).root.elements.compactMap { $0["candidates"]?[0]?["content"] }
    }

    @Test(
        "whole and streamed, shown and hidden, thoughts come back byte for byte", arguments: [true, false],
        [true, false])
    func roundTrip(showsThoughts: Bool, isURLSafe: Bool) throws {
        var context = GeminiSupport.answering(showsThoughts: showsThoughts)
        let whole = try GeminiCodec.writeResponse(
            NeutralResponse(parts: Self.parts, finish: NeutralFinish(.toolCalls)), &context)
        #expect(context.losses.isEmpty)
        for contents in [try contents([whole]), try streamed(showsThoughts: showsThoughts)] {
            let (parts, losses) = try returned(contents, isURLSafe: isURLSafe)
            #expect(losses.isEmpty)
            // Redacted thoughts travel with the call, before the text of the turn; all else stands where it stood.
            #expect(Set(parts) == Set(Self.parts))
            #expect(
                parts.filter { $0.content != .redactedThinking }
                    == Self.parts.filter { $0.content != .redactedThinking })
        }
    }

    @Test("who did not ask for thoughts sees none")
    func hidden() throws {
        var context = GeminiSupport.answering(showsThoughts: false)
        let bytes = try GeminiCodec.writeResponse(
            NeutralResponse(parts: Self.parts, finish: NeutralFinish(.toolCalls)), &context)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(#"{"candidates":[{"content":{"parts":[{"text":"I look."},{"functionCall":"#))
        #expect(!text.contains("thought\":true"))
    }

    @Test("a token of another key is left out, reported, and its text kept")
    func broken() throws {
        let (parts, losses) = try returned(try streamed(showsThoughts: true), isURLSafe: false, key: 18)
        #expect(losses.all.map(\.field) == ["thinking"])
        #expect(parts.allSatisfy { $0.signature == nil })
        #expect(parts.first?.content == .thinking("Hm.\n\"é\""))
    }
}
