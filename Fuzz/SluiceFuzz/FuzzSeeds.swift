import SluiceWire

/// The inputs and words that mutation starts from.
enum FuzzSeeds {
    static func seeds(_ target: FuzzTarget) -> [[UInt8]] {
        let texts: [String] =
            switch target {
            case .json, .tap: json
            case .passingSplice: json + events + sse
            case .sse: sse
            case .multipart: multipart
            case .openAIScan: requests
            case .openAIStream: events
            case .carrier: carriers
            case .vectors: vectors
            case .redaction: json + events + redacted
            default: []
            }
        if let dialect = target.dialect {
            let corpus = FuzzCorpus.files(of: dialect, areStreams: target.isDecoder)
            return corpus.isEmpty ? json.map { Array($0.utf8) } : corpus
        }
        switch target {
        case .eventStream: return FuzzCorpus.files(of: .bedrock, areStreams: true, areFramed: true) + [[0]]
        case .ndjson: return FuzzCorpus.files(of: .ollama, areStreams: true) + [Array("{\"a\":1}\n\n{}".utf8)]
        default: return texts.map { Array($0.utf8) }
        }
    }

    static func words(_ target: FuzzTarget) -> [[UInt8]] {
        let texts: [String] =
            switch target {
            case .sse: sseWords
            case .multipart: multipartWords
            case .carrier: carriers
            case .passingSplice: sseWords + jsonWords
            case .redaction: redactedWords + jsonWords
            case _ where target.isDecoder: sseWords + jsonWords
            default: jsonWords
            }
        return texts.map { Array($0.utf8) } + [
            [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xE2, 0x82], [0],
        ]
    }

    private static let redacted = [
        #"{"to":"ann@example.com","n":4111111111111111,"args":"{\"a\":{\"b\":[1]},\"usage\":\"x\"}"}"#,
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"sk-abc123def456\"}}]}\n\n"
            + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ghi789 a@b.example\"}}]}\n\ndata: [DONE]\n\n",
    ]
    private static let redactedWords = [
        "ann@example.com", "@", ".", "4111 1111 1111 1111", "4111111111111111", "sk-abc123def456ghi789",
        "Bearer abc123def456ghi789",
        "-----BEGIN PRIVATE KEY-----", "+49 30 1234567", "\\u0040", "\\\"", "\"usage\":", "\"a\":{\"b\":", "data: ",
        "[redacted",
    ]
    private static let json = [
        #"{"a":1,"b":[true,false,null,-1.5e+3,"x\n\u00e9\ud83d\ude00"],"usage":{"c":{"d":{}}},"a":2}"#,
        #"[[[]],{"k":"v"},"",0,-0,1.0,1e9,9007199254740993,0.1,"\ud83d"]"#,
        "{\n  \"model\" : \"m\" ,\n  \"usage\" : { \"x\" : [ 1 , 2 ] }\n}\n",
        #"{"usage":"a long string that fills several words of eight bytes, \"quoted\" and é日本😀","error":null}"#,
        #"{"us\u0061ge":12345678901234567890,"model":[1,2,3,"]}"]}"#, "12.50e-2", "\"text\"", "true", " null ", "{}",
    ]
    private static let jsonWords = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\n", "true", "false", "null", "-", "0",
        "1e5", ".5", "1.", " ", "\n", "\"a\":", "\"usage\":", "\"model\":", "\"stream\":", "\"m\\u006fdel\":\"x\"",
        "\"MODEL\":", "\"stream_options\":", "{\"include_usage\":true}", "\"choices\":[", "\"delta\":{", "é", "日本", "😀",
        "[[[[[[[[", "{\"a\":{\"a\":", "\"max_tokens\":", "99999999999999999999",
    ]
    private static let sse = [
        "data: one\n\ndata: two\n\n", "event: ping\r\ndata: {\"a\":1}\r\n\r\n: comment\r\n\r\ndata:x\r\rdata:y\r\r",
        "\u{FEFF}data: a\ndata: b\ndata\n\nid: 7\nretry: 100\n\nevent: e\n\n", "data: [DONE]",
        "event\ndata: é日本😀\n\n:\n\n",
        "data: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890\n\ndata: z\n\n",
    ]
    private static let sseWords = [
        "\n", "\r", "\r\n", "\n\n", "data:", "data: ", "event: ", "id: ", "retry: 5", ":", "\u{FEFF}", "[DONE]", " ",
    ]
    private static let multipart = [
        "--XX\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--XX\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
            + "RIFF\r\n-\r\n--X\r\n\r\n--XX--\r\n",
        "preamble\r\n--XX  \r\ncontent-disposition: form-data; name=stream\r\n\r\ntrue\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n\r\n--XX--\r\nepilogue",
    ]
    private static let multipartWords = [
        "\r\n", "\r", "\n", "--", "--XX", "\r\n--XX", "\r\n--XX--", "XX",
        "Content-Disposition: form-data; name=\"model\"",
        "\r\n\r\n", "; filename=\"f\"", "\"", ";", "=", ":", "\\\"", "Content-Type: text/plain",
    ]
    private static let requests = [
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":5}"#,
        #"{ "stream_options" : {"include_usage":false, "x":1}, "stream":false , "model":"a\u0062" }"#,
        #"{"model":"m","stream_options":null,"max_completion_tokens":1.0,"max_output_tokens":-1}"#,
        #"{"model":"m","stream_options":{}}"#, #"{"model":"m"}"#, "{\n\t\"model\"\n:\n\"m\"\n,\n\"n\"\n:\n1\n}",
    ]
    private static let carriers = [
        "slt1_AAAAAAAAAAAAAAAAAAAAAA", "slc1_EREREREREREREREREREREQAAAARjYWxsFgAAAAF0", "sli1_ZnVuY3Rpb25zLmY6MA",
        "slt1_",
        "slc1_", "sli1_", "call_1", "_", "-", "AAAA",
    ]
    private static let vectors = [
        #"{"model":"m","input":["one","two"],"encoding_format":"base64","dimensions":8}"#,
        #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"x"}]},"outputDimensionality":4}]}"#,
        #"{"embeddings":[[0.1,-0.25,1e-7,3],[1,2,3,4]],"prompt_eval_count":3}"#,
        #"{"object":"list","data":[{"index":0,"embedding":"AACAPwAAAEA="}],"usage":{"prompt_tokens":1,"total_tokens":1}}"#,
        #"{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1,"return_documents":true}"#,
        #"{"query":"q","texts":["a","b"],"raw_scores":false}"#, #"[{"index":1,"score":0.5},{"index":0,"score":1e400}]"#,
        #"{"results":[{"index":0,"relevance_score":0.9}],"meta":{"billed_units":{"search_units":1}}}"#,
        #"{"embeddings":{"float":[[1,2]]},"texts":["a"]}"#, #"{"embedding":[1,2],"inputTextTokenCount":3}"#,
    ]
    private static let events = [
        #"{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"#
            + #""finish_reason":null}],"usage":null}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\""}}]},"finish_reason":"stop"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"#
            + #""prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":9}}}"#,
        #"{"error":{"message":"m","type":"t","code":429,"param":null}}"#, "[DONE]",
        #"{"error":"text","error_type":"x"}"#,
        #"{"type":"response.completed","sequence_number":3,"response":{"status":"completed","usage":{"input_tokens":1,"#
            + #""output_tokens":2}}}"#,
        #"{"detail":[{"loc":["body",0],"msg":"bad"}]}"#, "<html><title>502</title></html>", "plain text\nmore",
    ]
}
