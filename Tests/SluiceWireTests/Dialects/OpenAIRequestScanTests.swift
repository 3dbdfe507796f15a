import SluiceWire
import Testing

@Suite("OpenAIRequestScan")
struct OpenAIRequestScanTests {
    private func scan(_ text: String) throws -> OpenAIRequestScan {
        try OpenAIRequestScan.scan(Array(text.utf8).span)
    }

    private func fault(_ text: String) -> OpenAIRequestError? {
        do throws(OpenAIRequestError) {
            _ = try OpenAIRequestScan.scan(Array(text.utf8).span)
            return nil
        } catch {
            return error
        }
    }

    @Test("finds what decides, and where")
    func finds() throws {
        let text =
            #"{"messages":[{"role":"user","content":"model"}],"stream":true,"model":"gpt\u002d4","max_tokens":5,"stream_options":{"include_usage":true}}"#
        let found = try scan(text)
        #expect(found.model == "gpt-4")
        let bytes = Array(text.utf8)
        #expect(String(decoding: bytes[found.modelRange], as: UTF8.self) == #""gpt\u002d4""#)
        #expect(found.isStreaming)
        #expect(found.streamRange.map { String(decoding: bytes[$0], as: UTF8.self) } == "true")
        #expect(found.streamOptions?.kind == .object)
        #expect(found.includeUsage == true)
        #expect(found.maxTokens == 5)
        #expect(found.members.count == 5)
    }

    @Test("takes what is missing or null as not said")
    func absent() throws {
        let bare = try scan(#"{"model":"m"}"#)
        #expect(
            !bare.isStreaming && bare.streamRange == nil && bare.streamOptions == nil && bare.includeUsage == nil
                && bare.maxTokens == nil)
        let nulls = try scan(
            #"{"model":"m","stream":null,"stream_options":null,"max_tokens":null,"max_completion_tokens":null}"#)
        #expect(!nulls.isStreaming && nulls.includeUsage == nil && nulls.maxTokens == nil)
        #expect(nulls.streamOptions?.kind == .null)
        #expect(try scan(#"{"model":"m","stream_options":{"x":{"include_usage":true}}}"#).includeUsage == nil)
        #expect(try scan(#"{"model":"m","stream_options":{"include_usage":null}}"#).includeUsage == nil)
        #expect(try scan(#"{"model":"m","stream_options":{"include_usage":false}}"#).includeUsage == false)
    }

    @Test(
        "reads the limit on output",
        arguments: [
            (#""max_tokens":7"#, 7), (#""max_completion_tokens":8"#, 8), (#""max_output_tokens":9"#, 9),
            (#""max_tokens":7,"max_completion_tokens":8"#, 8),
            (#""max_completion_tokens":null,"max_tokens":7"#, 7), (#""max_tokens":0"#, 0), (#""max_tokens":10.0"#, 10),
            (#""max_tokens":1e3"#, 1000),
            (#""max_tokens":-1"#, nil), (#""max_tokens":99999999999999999999"#, Int.max),
            (#""max_tokens":1e999"#, Int.max), (#""max_tokens":-99999999999999999999"#, nil),
        ] as [(String, Int?)])
    func limit(member: String, expected: Int?) throws {
        #expect(try scan(#"{"model":"m",\#(member)}"#).maxTokens == expected)
    }

    @Test(
        "refuses what it cannot act on, naming the member",
        arguments: [
            (#"{"messages":[]}"#, OpenAIRequestError.Kind.missingModel, "model", nil),
            (#"{"model":null}"#, .invalidModel, "model", 9), (#"{"model":""}"#, .invalidModel, "model", 9),
            (#"{"model":5}"#, .invalidModel, "model", 9), (#"{"model":["m"]}"#, .invalidModel, "model", 9),
            (#"{"model":"m","stream":"true"}"#, .invalidStream, "stream", 22),
            (#"{"model":"m","stream":1}"#, .invalidStream, "stream", 22),
            (#"{"model":"m","stream_options":true}"#, .invalidStreamOptions, "stream_options", 30),
            (#"{"model":"m","stream_options":[]}"#, .invalidStreamOptions, "stream_options", 30),
            (
                #"{"model":"m","stream_options":{"include_usage":"x"}}"#, .invalidStreamOptions,
                "stream_options.include_usage", 30
            ),
            (
                #"{"model":"m","stream_options":{"include_usage":{}}}"#, .invalidStreamOptions,
                "stream_options.include_usage", 30
            ),
            (
                #"{"model":"m","stream_options":{"include_usage":true,"include_usage":false}}"#, .duplicateMember,
                "stream_options.include_usage", 30
            ),
            (#"{"model":"m","max_tokens":"5"}"#, .invalidLimit, "max_tokens", 26),
            (#"{"model":"m","max_tokens":1.5}"#, .invalidLimit, "max_tokens", 26),
            (#"{"model":"m","max_completion_tokens":{}}"#, .invalidLimit, "max_completion_tokens", 37),
            (#"{"model":"m","max_output_tokens":true}"#, .invalidLimit, "max_output_tokens", 33),
            (#"{"model":"a","model":"b"}"#, .duplicateMember, "model", 13),
            (#"{"model":"a","mo\u0064el":"b"}"#, .duplicateMember, "model", 13),
            (#"{"model":"a","Model":"b"}"#, .duplicateMember, "model", 13),
            (#"{"MODEL":"b"}"#, .duplicateMember, "model", 1),
            (#"{"model":"a","\u004dodel":"b"}"#, .duplicateMember, "model", 13),
            (#"{"stream":true,"model":"a","stream":false}"#, .duplicateMember, "stream", 27),
            (#"{"model":"a","ſtream":true}"#, .duplicateMember, "stream", 13),
            (#"{"model":"a","max_toKens":1}"#, .duplicateMember, "max_tokens", 13),
            (#"{"model":"a","max_tokens":1,"max_tokens":2}"#, .duplicateMember, "max_tokens", 28),
            (#"{"model":"a","max_to\u212aens":1}"#, .duplicateMember, "max_tokens", 13),
            (#"{"model":"a","Stream_Options":{}}"#, .duplicateMember, "stream_options", 13),
            (#"{"model":"a","stream_options":null,"stream_options":{}}"#, .duplicateMember, "stream_options", 35),
            (#"{"model":"m""#, .malformedJSON, nil, 12), (#"["model"]"#, .malformedJSON, nil, 0),
            ("", .malformedJSON, nil, 0), ("null", .malformedJSON, nil, 0),
            (#"{"model":"m",}"#, .malformedJSON, nil, 13), ("model=m", .malformedJSON, nil, 0),
        ] as [(String, OpenAIRequestError.Kind, String?, Int?)])
    func refuses(text: String, kind: OpenAIRequestError.Kind, param: String?, offset: Int?) {
        let error = fault(text)
        #expect(error?.kind == kind)
        #expect(error?.param == param)
        #expect(error?.offset == offset)
        #expect(error?.body.type == "invalid_request_error")
        #expect(error?.body.param == param)
        if kind == .malformedJSON, let offset { #expect(error?.message.contains("(byte \(offset))") == true) }
    }

    @Test("bounds the length of a model's name, whatever its spelling")
    func longModel() throws {
        let name = String(repeating: "m", count: 512)
        #expect(try scan(#"{"model":"\#(name)"}"#).model == name)
        #expect(try scan(#"{"model":"\#(String(repeating: #"\u006d"#, count: 512))"}"#).model == name)
        #expect(fault(#"{"model":"\#(name)m"}"#)?.kind == .invalidModel)
        #expect(fault(#"{"model":"\#(String(repeating: #"\u006d"#, count: 513))"}"#)?.kind == .invalidModel)
    }

    @Test("leaves other members alone, however they look")
    func others() throws {
        let text =
            #"{"model":"m","messages":1,"messages":2,"metadata":{},"seed":1,"stop":null,"models":[],"stream_option":5,"max":1,"maxtokens":"x","MO":1,"\u006d":2}"#
        #expect(try scan(text).members.count == 12)
    }
}
