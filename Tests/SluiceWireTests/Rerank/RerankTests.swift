import SluiceWire
import Testing

@Suite("Rerank")
struct RerankTests {
    private static func read(_ codec: any RerankCodec.Type, _ text: String) throws -> NeutralRerankRequest {
        var context = RerankContext(model: "m", requestID: "req_1")
        return try codec.readRequest(try DialectCases.document(text), &context)
    }

    private static let codecs: [any RerankCodec.Type] = [
        CohereRerankCodec.self, JinaRerankCodec.self, TEIRerankCodec.self,
    ]
    private static let bodies = [
        #"{"model":"m","query":"q","documents":["a","b","c"],"top_n":2,"max_tokens_per_doc":512}"#,
        #"{"model":"m","query":"q","documents":["a",{"text":"b","title":"t"},"c"],"top_n":2,"return_documents":true}"#,
        #"{"query":"q","texts":["a","b","c"],"return_text":true,"raw_scores":false,"truncate":true}"#,
    ]
    private static let answers = [
        #"{"id":"i","results":[{"index":2,"relevance_score":0.90},{"index":0,"relevance_score":0.5}],"#
            + #""meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}"#,
        #"{"id":"i","model":"x","usage":{"total_tokens":9},"results":["#
            + #"{"index":2,"relevance_score":0.90,"document":{"text":"c"}},{"index":0,"relevance_score":0.5}]}"#,
        #"[{"index":0,"score":0.5},{"index":2,"score":0.90},{"index":1,"score":1e-3}]"#,
    ]

    @Test("every client is answered from every target", arguments: 0..<3, 0..<3)
    func pairs(_ client: Int, _ target: Int) throws {
        let request = try Self.read(Self.codecs[client], Self.bodies[client])
        #expect(request.documents.map(\.text) == ["a", "b", "c"])
        var context = RerankContext(model: "up", requestID: "req_1")
        let sent = try DialectCases.document(try Self.codecs[target].writeRequest(request, &context))
        #expect(sent.root["query"]?.stringValue == "q")
        #expect((sent.root["documents"] ?? sent.root["texts"])?.count == 3)
        let response = try Self.codecs[target].readResponse(
            try DialectCases.document(Self.answers[target]), to: request, &context)
        #expect(response.results.prefix(2).map(\.index) == [2, 0])
        #expect(response.results.first?.score.text == "0.90")
        if request.limit != nil { #expect(response.results.count == 2) }
        context.model = "client"
        let answer = try DialectCases.document(try Self.codecs[client].writeResponse(response, to: request, &context))
        let results = answer.root.kind == .array ? answer.root : try #require(answer.root["results"])
        #expect(results[0]?["index"]?.intValue == 2)
        #expect((results[0]?["relevance_score"] ?? results[0]?["score"])?.numberText == "0.90")
    }

    @Test("documents are repeated as they were sent, where asked for")
    func documents() throws {
        let request = try Self.read(JinaRerankCodec.self, Self.bodies[1])
        var context = RerankContext(model: "m", requestID: "req_1")
        let response = NeutralRerankResponse(results: [.init(index: 1, score: NumberText(1))])
        let answer = try DialectCases.document(try JinaRerankCodec.writeResponse(response, to: request, &context))
        #expect(answer.root["results"]?[0]?["document"]?["title"]?.stringValue == "t")
        let tei = try Self.read(TEIRerankCodec.self, Self.bodies[2])
        let list = try DialectCases.document(try TEIRerankCodec.writeResponse(response, to: tei, &context))
        #expect(list.root[0]?["text"]?.stringValue == "b")
    }

    @Test("answers that make no sense are refused")
    func malformed() throws {
        let request = try Self.read(CohereRerankCodec.self, Self.bodies[0])
        for text in ["{}", #"{"results":[{"index":3,"relevance_score":1}]}"#, #"{"results":[{"index":0}]}"#] {
            var context = RerankContext(model: "m", requestID: "req_1")
            #expect(throws: ConversionError.self) {
                try CohereRerankCodec.readResponse(try DialectCases.document(text), to: request, &context)
            }
        }
        for (codec, text) in [
            (CohereRerankCodec.self as any RerankCodec.Type, #"{"query":"q","documents":[]}"#),
            (JinaRerankCodec.self, #"{"documents":["a"]}"#), (TEIRerankCodec.self, #"{"query":"q","texts":[1]}"#),
            (CohereRerankCodec.self, #"{"query":"q","documents":["a"],"top_n":-1}"#),
        ] {
            #expect(throws: ConversionError.self) { try Self.read(codec, text) }
        }
    }

    @Test("errors have each dialect's shape, both ways")
    func errors() {
        let error = NeutralError(.overloaded, message: "Busy.", retryAfterSeconds: 1)
        let cohere = CohereRerankCodec.writeError(error, requestID: "r")
        #expect(cohere.status == 503)
        #expect(DialectCases.text(cohere.body) == #"{"id":"r","message":"Busy."}"#)
        let jina = JinaRerankCodec.writeError(error, requestID: "r")
        #expect(DialectCases.text(jina.body) == #"{"detail":"Busy."}"#)
        let tei = TEIRerankCodec.writeError(error, requestID: "r")
        #expect(tei.status == 429)
        #expect(DialectCases.text(tei.body) == #"{"error":"Busy.","error_type":"Overloaded"}"#)
        #expect(TEIRerankCodec.readError(status: tei.status, body: tei.body) { _ in nil }.kind == .overloaded)
        let fault = #"{"detail":[{"loc":["body","documents"],"msg":"Field required"}]}"#
        let read = JinaRerankCodec.readError(status: 422, body: Array(fault.utf8)) { _ in nil }
        #expect(read.message == "body.documents: Field required")
        #expect(read.kind == .invalidRequest)
        let batch = #"{"error":"batch size 40 > maximum allowed batch size 32","error_type":"Validation"}"#
        #expect(TEIErrors.read(status: 413, body: Array(batch.utf8)) { _ in nil }.kind == .tooLarge)
        let long =
            #"{"error":"Input validation error: `inputs` must have less than 512 tokens. Given: 600","#
            + #""error_type":"Validation"}"#
        #expect(TEIErrors.read(status: 413, body: Array(long.utf8)) { _ in nil }.kind == .contextTooLong)
    }
}
