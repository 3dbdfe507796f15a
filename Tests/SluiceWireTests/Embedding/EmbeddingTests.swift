import SluiceWire
import Testing

@Suite("Embeddings")
struct EmbeddingTests {
    private static func read(_ codec: any EmbeddingCodec.Type, _ text: String) throws -> NeutralEmbeddingRequest {
        var context = EmbeddingContext(model: "m")
        return try codec.readRequest(try DialectCases.document(text), &context)
    }

    private static func write(
        _ codec: any EmbeddingCodec.Type, _ request: NeutralEmbeddingRequest, model: String = "m"
    ) throws -> (String, String?) {
        var context = EmbeddingContext(model: model)
        let bytes = try codec.writeRequest(request, &context)
        return (DialectCases.text(bytes), context.losses.header)
    }

    private static func refusal(_ body: () throws -> Void) -> ConversionError? {
        do {
            try body()
            return nil
        } catch {
            return error as? ConversionError
        }
    }

    private static let two = #"{"model":"m","input":["a","b\u00e9"],"dimensions":2,"encoding_format":"base64"}"#

    @Test("a request of OpenAI's goes to every target")
    func targets() throws {
        let request = try Self.read(OpenAIEmbeddingCodec.self, Self.two)
        let cases: [(any EmbeddingCodec.Type, String, String)] = [
            (
                OpenAIEmbeddingCodec.self, "m",
                #"{"model":"m","input":["a","b\u00e9"],"dimensions":2,"encoding_format":"base64"}"#
            ),
            (OllamaEmbeddingCodec.self, "m", #"{"model":"m","input":["a","b\u00e9"],"dimensions":2}"#),
            (
                GeminiEmbeddingCodec.self, "m",
                #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"outputDimensionality":2},"#
                    + #"{"model":"models/m","content":{"parts":[{"text":"b\u00e9"}]},"outputDimensionality":2}]}"#
            ),
            (
                CohereEmbeddingCodec.self, "m",
                #"{"model":"m","texts":["a","b\u00e9"],"input_type":"search_document","embedding_types":["float"],"#
                    + #""output_dimension":2}"#
            ),
            (TEIEmbeddingCodec.self, "m", #"{"inputs":["a","b\u00e9"],"truncate":true,"dimensions":2}"#),
            (
                BedrockEmbeddingCodec.self, "us.cohere.embed-v4:0",
                #"{"texts":["a","b\u00e9"],"input_type":"search_document","embedding_types":["float"],"#
                    + #""output_dimension":2}"#
            ),
        ]
        for (codec, model, expected) in cases {
            let (text, losses) = try Self.write(codec, request, model: model)
            #expect(text == expected)
            #expect(losses == nil)
        }
    }

    @Test("Titan takes one text a call: several are asked for in as many")
    func titan() throws {
        let request = try Self.read(OpenAIEmbeddingCodec.self, Self.two)
        let model = "amazon.titan-embed-text-v2:0"
        let error = Self.refusal { _ = try Self.write(BedrockEmbeddingCodec.self, request, model: model) }
        #expect(error?.kind == .unsupported)
        let table = CapabilityTable.capabilities(kind: "bedrock", dialect: .bedrock, model: model)
        let limit = try #require(table.maximumEmbeddingInputs)
        let answers = try request.batches(of: limit).map { batch -> NeutralEmbeddingResponse in
            let (text, _) = try Self.write(BedrockEmbeddingCodec.self, batch, model: model)
            #expect(text.hasPrefix(#"{"inputText":"#))
            var context = EmbeddingContext(model: model)
            let answer = try DialectCases.document(#"{"embedding":[0.5,-1],"inputTextTokenCount":3}"#)
            return try BedrockEmbeddingCodec.readResponse(answer, to: batch, &context)
        }
        let whole = NeutralEmbeddingResponse(joining: answers)
        #expect(whole.vectors.count == 2)
        #expect(whole.usage?.promptTokens == 6)
    }

    @Test(
        "each vendor's limit of inputs is in the table, and unknown servers have none",
        arguments: [
            ("openai", .openAIChat, "text-embedding-3-small", 2048), ("vllm", .openAIChat, "bge-m3", nil),
            ("gemini", .gemini, "gemini-embedding-001", 100), ("vertex", .gemini, "text-embedding-005", 250),
            ("vertex", .gemini, "gemini-embedding-2", 100), ("vertex", .gemini, "e5-large-instruct-maas", 1),
            ("cohere", .cohere, "embed-v4.0", 96), ("bedrock", .bedrock, "us.cohere.embed-v4:0", 96),
            ("bedrock", .bedrock, "amazon.titan-embed-image-v1", 1), ("tei", .tei, "m", 32),
        ] as [(String, Dialect, String, Int?)])
    func limits(kind: String, dialect: Dialect, model: String, limit: Int?) {
        let table = CapabilityTable.capabilities(kind: kind, dialect: dialect, model: model)
        #expect(table.maximumEmbeddingInputs == limit)
    }

    @Test("a request is cut into batches in order, and one within the limit is not")
    func batches() {
        let inputs = (0..<7).map { NeutralEmbeddingRequest.Input.text(JSONString("\($0)")) }
        var request = NeutralEmbeddingRequest(inputs: inputs)
        request.dimensions = 5
        let batches = request.batches(of: 3)
        #expect(batches.map(\.inputs.count) == [3, 3, 1])
        #expect(batches.flatMap(\.inputs) == inputs)
        #expect(batches.allSatisfy { $0.dimensions == 5 })
        #expect(request.batches(of: 7) == [request])
        #expect(request.batches(of: Int.max) == [request])
        #expect(request.batches(of: 0).count == 7)
    }

    @Test(
        "Vertex has three forms, by the model",
        arguments: [
            (
                "text-embedding-005",
                #"{"instances":[{"task_type":"RETRIEVAL_DOCUMENT","title":"T","content":"a"},"#
                    + #"{"task_type":"RETRIEVAL_DOCUMENT","title":"T","content":"b"}],"#
                    + #""parameters":{"autoTruncate":false,"outputDimensionality":8}}"#
            ),
            (
                "gemini-embedding-001",
                #"{"requests":[{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"#
                    + #""taskType":"RETRIEVAL_DOCUMENT","title":"T","autoTruncate":false,"outputDimensionality":8}},"#
                    + #"{"content":{"parts":[{"text":"b"}]},"embedContentConfig":{"#
                    + #""taskType":"RETRIEVAL_DOCUMENT","title":"T","autoTruncate":false,"outputDimensionality":8}}]}"#
            ),
        ])
    func vertex(model: String, expected: String) throws {
        let options = #""taskType":"RETRIEVAL_DOCUMENT","title":"T","#
        let vertexOptions = #""embedContentConfig":{"outputDimensionality":8,"autoTruncate":false}"#
        let texts = ["a", "b"].map { #"{"content":{"parts":[{"text":"\#($0)"}]},\#(options)\#(vertexOptions)}"# }
        let request = try Self.read(GeminiEmbeddingCodec.self, #"{"requests":[\#(texts.joined(separator: ","))]}"#)
        let (text, losses) = try Self.write(VertexEmbeddingCodec.self, request, model: model)
        #expect(text == expected)
        #expect(losses == nil)
    }

    @Test("open models on Vertex take one input a call, without options where there are none")
    func vertexOpenModels() throws {
        let request = try Self.read(OpenAIEmbeddingCodec.self, #"{"input":["a","b"]}"#)
        let error = Self.refusal { _ = try Self.write(VertexEmbeddingCodec.self, request, model: "x-maas") }
        #expect(error?.kind == .unsupported)
        let (text, _) = try Self.write(VertexEmbeddingCodec.self, request.batches(of: 1)[1], model: "intfloat/x-maas")
        #expect(text == #"{"content":{"parts":[{"text":"b"}]}}"#)
        let predict = try Self.write(VertexEmbeddingCodec.self, request, model: "text-embedding-005").0
        #expect(predict == #"{"instances":[{"content":"a"},{"content":"b"}]}"#)
    }

    @Test(
        "Vertex's answers are read in each form, with their tokens",
        arguments: [
            #"{"predictions":[{"embeddings":{"values":[1,0],"statistics":{"token_count":2}}},"#
                + #"{"embeddings":{"values":[0,1],"statistics":{"token_count":3,"truncated":true}}}]}"#,
            #"{"embeddings":[{"values":[1,0]},{"values":[0,1]}],"usageMetadata":{"promptTokenCount":5}}"#,
        ])
    func vertexAnswers(answer: String) throws {
        let request = try Self.read(OpenAIEmbeddingCodec.self, #"{"input":["a","b"]}"#)
        var context = EmbeddingContext(model: "m")
        let response = try VertexEmbeddingCodec.readResponse(try DialectCases.document(answer), to: request, &context)
        #expect(response.usage?.promptTokens == 5)
        #expect(response.vectors.count == 2)
        for broken in [#"{"predictions":[{}]}"#, #"{"predictions":[]}"#, "{}"] {
            #expect(throws: ConversionError.self) {
                try VertexEmbeddingCodec.readResponse(try DialectCases.document(broken), to: request, &context)
            }
        }
    }

    @Test("numbers keep their text where both sides have lists")
    func text() throws {
        var request = try Self.read(OllamaEmbeddingCodec.self, #"{"input":"a","truncate":true,"keep_alive":"1m"}"#)
        let answer = #"{"model":"x","embeddings":[[0.010, -1.0,1e-7 ,123456789.123456789]],"prompt_eval_count":4}"#
        var context = EmbeddingContext(model: "client")
        let response = try OllamaEmbeddingCodec.readResponse(try DialectCases.document(answer), to: request, &context)
        let bytes = try OpenAIEmbeddingCodec.writeResponse(response, to: request, &context)
        #expect(
            DialectCases.text(bytes)
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"#
                + #"[0.010, -1.0,1e-7 ,123456789.123456789]}],"model":"client","#
                + #""usage":{"prompt_tokens":4,"total_tokens":4}}"#
        )
        request.inputs.append(.text("b"))
        #expect(throws: ConversionError.self) {
            try OllamaEmbeddingCodec.readResponse(try DialectCases.document(answer), to: request, &context)
        }
    }

    @Test("lists and base64 become each other without loss")
    func base64() throws {
        var request = try Self.read(OpenAIEmbeddingCodec.self, #"{"input":"a"}"#)
        var context = EmbeddingContext(model: "m")
        var generator = NeutralIdentifiers(seed: 3, 4)
        var values: [Float] = [0, -0.0, 1, 0.1, -1.5e-7, 3.4028235e38, 123_456.79]
        values += [.leastNormalMagnitude, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
        while values.count < 1536 {
            let bits = UInt32(truncatingIfNeeded: generator.make("").hashValue)
            let value = Float(bitPattern: bits)
            if value.isFinite { values.append(value) }
        }
        let list = "[" + values.map(\.description).joined(separator: ",") + "]"
        let answer = try DialectCases.document(#"{"data":[{"embedding":\#(list)}],"usage":{"prompt_tokens":1}}"#)
        let response = try OpenAIEmbeddingCodec.readResponse(answer, to: request, &context)
        request.encoding = .base64
        let encoded = try DialectCases.document(try OpenAIEmbeddingCodec.writeResponse(response, to: request, &context))
        let again = try OpenAIEmbeddingCodec.readResponse(encoded, to: request, &context)
        guard case .base64(let text) = again.vectors.first else {
            Issue.record("The vector is not base64.")
            return
        }
        #expect(text.escaped.count == 1536 * 4 / 3 * 4)
        request.encoding = .float
        let decoded = try OpenAIEmbeddingCodec.writeResponse(again, to: request, &context)
        #expect(DialectCases.text(decoded).contains("\"embedding\":\(list)}"))
    }

    @Test("base64 is that of RFC 4648 over the lowest byte first")
    func layout() throws {
        var request = NeutralEmbeddingRequest(inputs: [.text("a")])
        request.encoding = .base64
        for (list, text) in [
            ("[]", ""), ("[1]", "AACAPw=="), ("[1,-2]", "AACAPwAAAMA="), ("[ 1 , -2e0, 0.5 ]", "AACAPwAAAMAAAAA/"),
        ] {
            var writer = JSONWriter()
            try NeutralVector(try DialectCases.document(list).root).writeBase64(to: &writer)
            #expect(DialectCases.text(writer.bytes) == "\"\(text)\"")
            var back = JSONWriter()
            try NeutralVector.base64(JSONString(text)).writeNumbers(to: &back)
            #expect(try DialectCases.document(back.take()).root.count == DialectCases.document(list).root.count)
        }
        for bad in [#""!""#, #""AAA=""#, #""AACAfw==""#] {
            let node = try DialectCases.document(bad).root
            var writer = JSONWriter()
            #expect(throws: ConversionError.self) { try NeutralVector(node).writeNumbers(to: &writer) }
        }
        let huge = try DialectCases.document("[1e300]").root
        var writer = JSONWriter()
        #expect(throws: ConversionError.self) { try NeutralVector(huge).writeBase64(to: &writer) }
        #expect(throws: ConversionError.self) { try NeutralVector(try DialectCases.document("[null]").root) }
    }

    @Test("Gemini's two shapes are answered as they were asked")
    func gemini() throws {
        let single = try Self.read(
            GeminiEmbeddingCodec.self,
            #"{"model":"models/x","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","#
                + #""outputDimensionality":2}"#
        )
        #expect(single.task == .query)
        let batch = try Self.read(
            GeminiEmbeddingCodec.self,
            #"{"requests":[{"model":"models/x","content":{"parts":[{"text":"a"}]}},"#
                + #"{"content":{"parts":[{"text":"b"}]}}]}"#
        )
        #expect(batch.inputs.count == 2)
        var context = EmbeddingContext(model: "x")
        let vector = try NeutralVector(try DialectCases.document("[1,2]").root)
        let one = try GeminiEmbeddingCodec.writeResponse(
            NeutralEmbeddingResponse(vectors: [vector]), to: single, &context)
        #expect(DialectCases.text(one) == #"{"embedding":{"values":[1,2]}}"#)
        let two = try GeminiEmbeddingCodec.writeResponse(
            NeutralEmbeddingResponse(vectors: [vector, vector]), to: batch, &context)
        #expect(DialectCases.text(two) == #"{"embeddings":[{"values":[1,2]},{"values":[1,2]}]}"#)
        let read = try GeminiEmbeddingCodec.readResponse(try DialectCases.document(two), to: batch, &context)
        #expect(read.vectors == [vector, vector])
        let (cohere, losses) = try Self.write(CohereEmbeddingCodec.self, single)
        #expect(cohere.contains(#""input_type":"search_query""#))
        #expect(losses == nil)
    }

    @Test("tokens go to their own vendor only, pictures to those that take them")
    func inputs() throws {
        let tokens = try Self.read(OpenAIEmbeddingCodec.self, #"{"input":[[1,2],[3]]}"#)
        #expect(try Self.write(OpenAIEmbeddingCodec.self, tokens).0.contains(#""input":[[1,2],[3]]"#))
        let flat = try Self.read(OpenAIEmbeddingCodec.self, #"{"input":[1,2]}"#)
        #expect(flat.inputs.count == 1)
        #expect(try Self.write(OpenAIEmbeddingCodec.self, flat).0.contains(#""input":[1,2]"#))
        for codec: any EmbeddingCodec.Type in [
            OllamaEmbeddingCodec.self, CohereEmbeddingCodec.self, TEIEmbeddingCodec.self,
        ] {
            #expect(Self.refusal { _ = try Self.write(codec, tokens) }?.field == "input[0]")
        }
        let picture = try Self.read(
            GeminiEmbeddingCodec.self,
            #"{"content":{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}"#)
        #expect(
            try Self.write(CohereEmbeddingCodec.self, picture).0.contains(
                #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#))
        #expect(
            try Self.write(BedrockEmbeddingCodec.self, picture, model: "amazon.titan-embed-image-v1").0
                == #"{"inputText":"a","inputImage":"AAAA"}"#)
        #expect(Self.refusal { _ = try Self.write(OllamaEmbeddingCodec.self, picture) }?.kind == .unsupported)
    }

    @Test("what each vendor answers is read")
    func answers() throws {
        let request = try Self.read(OpenAIEmbeddingCodec.self, Self.two)
        let cases: [(any EmbeddingCodec.Type, String, String, Int?)] = [
            (
                CohereEmbeddingCodec.self, "m",
                #"{"id":"i","embeddings":{"float":[[1],[2]]},"meta":{"billed_units":{"input_tokens":7.0}}}"#, 7
            ),
            (BedrockEmbeddingCodec.self, "cohere.embed-english-v3", #"{"id":"i","embeddings":[[1],[2]]}"#, nil),
            (TEIEmbeddingCodec.self, "m", "[[1],[2]]", nil),
            (
                OpenAIEmbeddingCodec.self, "m",
                #"{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"usage":{"total_tokens":3}}"#, 3
            ),
        ]
        for (codec, model, text, tokens) in cases {
            var context = EmbeddingContext(model: model)
            let response = try codec.readResponse(try DialectCases.document(text), to: request, &context)
            #expect(response.vectors.map { "\($0)" }.count == 2)
            var writer = JSONWriter()
            try response.vectors[0].writeNumbers(to: &writer)
            #expect(DialectCases.text(writer.bytes) == "[1]")
            #expect(response.usage?.promptTokens == tokens)
        }
    }
}
