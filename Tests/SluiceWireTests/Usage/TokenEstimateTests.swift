import SluiceWire
import Testing

@Suite("TokenEstimate")
struct TokenEstimateTests {
    @Test(
        "texts come out near the vendors' counts",
        arguments: [
            ("The quick brown fox jumps over the lazy dog, and then it does so once more.", 17),
            ("func add(_ a: Int, _ b: Int) -> Int { return a + b }", 20),
            ("\u{65E5}\u{672C}\u{8A9E}\u{306E}\u{6587}\u{7AE0}\u{3067}\u{3059}", 7),
            ("\u{041F}\u{0440}\u{0438}\u{0432}\u{0435}\u{0442}, \u{043C}\u{0438}\u{0440}", 5),
        ])
    func texts(_ text: String, _ tokens: Int) {
        let estimate = Double(TokenEstimate.tokens(of: JSONString(text)))
        #expect(estimate > Double(tokens) * 0.6)
        #expect(estimate < Double(tokens) * 1.6)
    }

    @Test("a body is estimated without being read, near what its request is")
    func bodies() throws {
        let text = "The quick brown fox jumps over the lazy dog, and then it does so once more. "
        let picture = String(repeating: "iVBORw0KGgoAAAANSUhEUgAA", count: 20_000)
        func body(_ content: String) -> Int {
            let json = #"{"model":"m","stream":true,"messages":[{"role":"user","content":\#(content)}]}"#
            return TokenEstimate.tokens(ofJSON: Array(json.utf8).span)
        }
        let short = body("\"\(text)\"")
        #expect((20...50).contains(short))
        let long = body("\"\(String(repeating: text, count: 100))\"")
        #expect((1600...2400).contains(long))
        let seen = body(#"[{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(picture)"}}]"#)
        #expect((1100...2000).contains(seen))
        #expect(body(#""a \"quoted\" \\ word""#) < 40)
        #expect(TokenEstimate.tokens(ofJSON: [UInt8]().span) == 1)
        #expect(TokenEstimate.tokens(ofJSON: Array(#"{"a":"never ends\"#.utf8).span) >= 1)
    }

    @Test("more never costs less, and escapes count as what they stand for")
    func grows() {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "Hi")])
        let plain = TokenEstimate.tokens(of: request)
        request.messages[0].parts.append(NeutralPart(.image(NeutralMedia(.url("https://a.b/c")))))
        let picture = TokenEstimate.tokens(of: request)
        #expect(picture > plain + 500)
        request.tools = [NeutralTool("f", description: "Does it.", kind: .function(schema: .emptyObject))]
        #expect(TokenEstimate.tokens(of: request) > picture)
        let escaped = JSONString(escaped: Array(#"\u0061\u0062\u0063\u0064"#.utf8)[...])
        #expect(TokenEstimate.tokens(of: escaped) == TokenEstimate.tokens(of: "abcd"))
        #expect(TokenEstimate.tokens(of: JSONString.empty) == 0)
    }
}
