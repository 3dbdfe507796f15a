import NIOCore
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("EmbeddingCalls")
struct EmbeddingCallsTests {
    private static func converted(
        _ texts: [String], to surface: Surface, model: String = "m", limit: Int?
    ) throws -> ConvertedRequest {
        let pipeline = try PipelineHarness()
        let state = try pipeline.state("POST /v1/embeddings HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n")
        let list = texts.map { "\"\($0)\"" }.joined(separator: ",")
        let body = #"{"model":"smart","input":[\#(list)],"user":"u"}"#
        let scanned = ScannedRequest(
            body: ByteBuffer(string: body), form: .json(try OpenAIRequestScan.scan(Array(body.utf8).span)),
            surface: .embeddings)
        let request = IdentifiedRequest(
            surface: .embeddings, modelID: nil, trace: nil, route: nil, isPreflight: false)
        var capabilities = ModelCapabilities()
        capabilities.maximumEmbeddingInputs = limit
        return try ConvertedRequest(
            ConversionSource(state, request, scanned), to: surface, model: model, capabilities: capabilities,
            provider: Snapshot.test().providers[0].provider, isStrict: false)
    }

    private static func document(_ text: String) throws -> JSONDocument { try JSONDocument(parsing: Array(text.utf8)) }

    @Test("inputs beyond the limit go in several calls, whose answers are one, in order and with all tokens")
    func joined() throws {
        let converted = try Self.converted(["a", "b", "c"], to: .ollamaEmbed, limit: 2)
        let calls = try #require(converted.answer.calls)
        #expect(String(decoding: converted.body, as: UTF8.self) == #"{"model":"m","input":["a","b"]}"#)
        #expect(!calls.isLast)
        try calls.take(try Self.document(#"{"embeddings":[[1],[2]],"prompt_eval_count":3}"#))
        #expect(calls.isLast)
        #expect(String(decoding: calls.body, as: UTF8.self) == #"{"model":"m","input":["c"]}"#)
        let whole = try converted.answer.whole(try Self.document(#"{"embeddings":[[3]],"prompt_eval_count":4}"#))
        let answer = try JSONDocument(parsing: whole.body).root
        #expect(answer["data"]?.elements.map { $0["embedding"]?[0]?.intValue } == [1, 2, 3])
        #expect(answer["data"]?.elements.map { $0["index"]?.intValue } == [0, 1, 2])
        #expect(answer["model"]?.stringValue == "smart")
        #expect(whole.usage?.promptTokens == 7)
        #expect(converted.answer.losses.header == "dropped user")
    }

    @Test("inputs within the limit, and those of a server without one, go in one call", arguments: [2, 3, nil])
    func one(limit: Int?) throws {
        let converted = try Self.converted(["a", "b"], to: .ollamaEmbed, limit: limit)
        #expect(converted.answer.calls == nil)
        let whole = try converted.answer.whole(try Self.document(#"{"embeddings":[[1],[2]]}"#))
        #expect(try JSONDocument(parsing: whole.body).root["data"]?.count == 2)
    }

    @Test("an answer with too few vectors fails at its own call")
    func tooFew() throws {
        let converted = try Self.converted(["a", "b", "c"], to: .ollamaEmbed, limit: 2)
        let calls = try #require(converted.answer.calls)
        let short = try Self.document(#"{"embeddings":[[1]]}"#)
        #expect(throws: ConversionError.self) { try calls.take(short) }
        #expect(!calls.isLast)
    }

    @Test("what would take too many calls is refused before any is made")
    func bound() throws {
        let texts = (0...ConversionBounds.calls).map { "\($0)" }
        let model = "amazon.titan-embed-text-v2:0"
        #expect(throws: ConversionError.self) {
            try Self.converted(texts, to: .invokeModel, model: model, limit: 1)
        }
        #expect(try Self.converted(texts.dropLast(), to: .invokeModel, model: model, limit: 1).answer.calls != nil)
    }
}
