import Testing

@testable import SluiceWire

@Suite("Redaction of bodies")
struct RedactorTests {
    private func redacted(
        _ text: String,
        as form: BodyForm = .json,
        fields: [String] = [],
        isCut: Bool = false
    ) -> String {
        let redactor = Redactor(
            RedactionRules(patterns: [.email, .apiKey, .card], fields: fields.compactMap(RedactedField.init)))
        return String(decoding: redactor.redact(Array(text.utf8), as: form, isCut: isCut).bytes, as: UTF8.self)
    }

    @Test(
        "strings, names, numbers and what strings hold",
        arguments: [
            (#"{"a":"x ann@example.com y","b":[1,true,null]}"#, #"{"a":"x [redacted:email] y","b":[1,true,null]}"#),
            (#"{"a":"ann\u0040example.com"}"#, #"{"a":"[redacted:email]"}"#),
            (#"{"a":"\u0061nn@example.com\n"}"#, #"{"a":"[redacted:email]\n"}"#),
            (#"{"ann@example.com":1}"#, #"{"[redacted:email]":1}"#),
            (#"{"n":4111111111111111,"m":4111111111111112}"#, #"{"n":null,"m":4111111111111112}"#),
            (
                #"{"arguments":"{\"to\":\"ann@example.com\",\"n\":1}"}"#,
                #"{"arguments":"{\"to\":\"[redacted:email]\",\"n\":1}"}"#
            ),
            (#"{"a":"{\"b\":\"ann\\u0040example.com\"}"}"#, #"{"a":"{\"b\":\"[redacted:email]\"}"}"#),
            (#"{"a":"[Note] ann@example.com"}"#, #"{"a":"[Note] [redacted:email]"}"#),
            (#""ann@example.com""#, #""[redacted:email]""#),
            ("no JSON: ann@example.com", "no JSON: [redacted:email]"),
        ])
    func values(text: String, expected: String) {
        #expect(self.redacted(text) == expected)
    }

    @Test("named fields lose their values, whatever these are, at any depth and within strings")
    func fields() {
        let fields = ["password", "user.id"]
        #expect(
            self.redacted(#"{"Password":"x","user":{"id":[1,{"a":"b"}],"name":"n"},"id":"1"}"#, fields: fields)
                == #"{"Password":"[redacted]","user":{"id":null,"name":"n"},"id":"1"}"#)
        #expect(
            self.redacted(#"{"users":[{"user":{"id":7}}],"args":"{\"password\":true}"}"#, fields: fields)
                == #"{"users":[{"user":{"id":null}}],"args":"{\"password\":null}"}"#)
        #expect(self.redacted(#"{"password":{"a":[1,"cut"#, fields: fields) == #"{"password":null"#)
    }

    @Test("an event stream is one text: a place that deltas share stands in the first of them")
    func events() {
        let stream = """
            data: {"choices":[{"index":0,"delta":{"content":"to ann@"}}]}

            data: {"choices":[{"index":1,"delta":{"content":"other"}}]}

            data: {"choices":[{"delta":{"content":"example.com, bye"},"index":0}]}

            data: [DONE]


            """
        let expected = """
            data: {"choices":[{"index":0,"delta":{"content":"to [redacted:email]"}}]}

            data: {"choices":[{"index":1,"delta":{"content":"other"}}]}

            data: {"choices":[{"delta":{"content":", bye"},"index":0}]}

            data: [DONE]


            """
        #expect(self.redacted(stream, as: .events) == expected)
    }

    @Test("arguments of tools that come in pieces are JSON, whose fields have names")
    func arguments() {
        let lines = """
            {"index":1,"delta":{"partial_json":"{\\"pass"}}
            {"index":2,"delta":{"partial_json":"{\\"a\\":1}"}}
            {"index":1,"delta":{"partial_json":"word\\":\\"hun"}}
            {"index":1,"delta":{"partial_json":"ter2\\"}"}}
            """
        let expected = """
            {"index":1,"delta":{"partial_json":"{\\"pass"}}
            {"index":2,"delta":{"partial_json":"{\\"a\\":1}"}}
            {"index":1,"delta":{"partial_json":"word\\":\\"[redacted]"}}
            {"index":1,"delta":{"partial_json":"\\"}"}}
            """
        #expect(self.redacted(lines, as: .lines, fields: ["password"]) == expected)
    }

    @Test("the elements of Gemini's array are events too")
    func array() {
        let body =
            #"[{"candidates":[{"content":{"parts":[{"text":"4111 1111"}]}}]},{"candidates":[{"content":{"parts":[{"text":" 1111 1111."}]}}]}]"#
        #expect(
            self.redacted(body, as: .array)
                == #"[{"candidates":[{"content":{"parts":[{"text":"[redacted:credit_card]"}]}}]},{"candidates":[{"content":{"parts":[{"text":"."}]}}]}]"#
        )
    }

    @Test("of a cut body the last word goes, which may be the beginning of what is looked for")
    func cut() {
        #expect(self.redacted(#"{"a":"write to ann@exam"#, isCut: true) == #"{"a":"write to"#)
        #expect(self.redacted(#"{"a":"pay 4111 1111 11"#, isCut: true) == #"{"a":"pay"#)
        #expect(self.redacted(#"{"a":"key sk-abcdef"#, isCut: true) == #"{"a":"key"#)
        let stream = "data: {\"delta\":\"card 4111\"}\n\ndata: {\"delta\":\" 1111\"}\n\ndata: {\"de"
        #expect(
            self.redacted(stream, as: .events, isCut: true)
                == "data: {\"delta\":\"card\"}\n\ndata: {\"delta\":\"\"}\n\ndata: {\"")
    }

    @Test("frames of AWS become events that can be read")
    func frames() throws {
        var frames: [UInt8] = []
        try AWSEventStreamWriter.append(
            headers: [AWSEventStreamHeader(":event-type", "contentBlockDelta")],
            payload: Array(#"{"delta":{"text":"a@b.example"}}"#.utf8).span, to: &frames)
        let events = BodyForm.events(ofFrames: frames + frames.dropLast(3))
        #expect(
            self.redacted(String(decoding: events, as: UTF8.self), as: .events)
                == "event: contentBlockDelta\ndata: {\"delta\":{\"text\":\"[redacted:email]\"}}\n\n")
    }

    @Test("without rules a body stays as it is, and the form follows the media type")
    func plain() {
        let body = Array("ann@example.com".utf8)
        #expect(Redactor(RedactionRules(patterns: [])).redact(body, as: .text) == .init(bytes: body, count: 0))
        #expect(BodyForm(contentType: "text/event-stream; charset=utf-8", isStreamed: true) == .events)
        #expect(BodyForm(contentType: "application/json", isStreamed: false) == .json)
        #expect(BodyForm(contentType: "application/json", isStreamed: true) == .array)
        #expect(BodyForm(contentType: "application/x-ndjson", isStreamed: true) == .lines)
        #expect(BodyForm(contentType: "multipart/form-data; boundary=x", isStreamed: false) == .text)
        #expect(BodyForm(contentType: nil, isStreamed: false) == .text)
    }
}
