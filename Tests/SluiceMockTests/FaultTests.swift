import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Faults and pacing")
struct FaultTests {
    private let mock = PlanReader()
    private let stream = #","stream":true"#

    @Test("a whole reply waits as long as its stream would take")
    func wholeWaits() {
        let reply = mock.chat("mock-tokens-5-first-token-delay-100ms-token-delay-10ms")
        #expect(reply.waits == [.milliseconds(140)])
    }

    @Test("a stream waits before its first token, then before each")
    func streamWaits() {
        let reply = mock.chat("mock-tokens-3-first-token-delay-100ms-token-delay-10ms-header-delay-1s", stream)
        #expect(reply.waits == [.seconds(1), .milliseconds(100), .milliseconds(10), .milliseconds(10)])
    }

    @Test("breaks come after so many events", arguments: [0, 1, 3])
    func breaks(_ count: Int) {
        #expect(mock.chat("mock-cut-after-\(count)", stream).ending == .cut)
        #expect(mock.chat("mock-cut-after-\(count)", stream).events.count == count)
        #expect(mock.chat("mock-reset-after-\(count)", stream).ending == .reset)
        #expect(mock.chat("mock-stall-after-\(count)", stream).ending == .stall)
        let ended = mock.chat("mock-end-after-\(count)", stream)
        #expect(ended.ending == .end(isClosing: false))
        #expect(ended.events.count == count)
        #expect(mock.chat("mock-bad-framing-after-\(count)", stream).raw.isEmpty == false)
    }

    @Test("an error event ends the stream without a finish")
    func errorEvent() {
        let reply = mock.chat("mock-error-after-3", stream)
        #expect(reply.nodes.count == 4)
        #expect(reply.nodes.last?["error"]?["message"]?.kind == .string)
        #expect(reply.nodes.allSatisfy { $0["choices"]?[0]?["finish_reason"]?.kind != .string })
        #expect(mock.messages("mock-error-after-3", stream).text.contains("event: error\n"))
        let response = mock.post(
            "/v1/responses", #"{"model":"mock-error-after-3","input":"x","stream":true}"#)
        #expect(response.nodes.last?["type"]?.stringValue == "response.failed")
        #expect(response.nodes.last?["sequence_number"]?.intValue == 3)
    }

    @Test("a malformed event is followed by the rest")
    func malformed() {
        let reply = mock.chat("mock-malformed-after-2", stream)
        #expect(reply.events.count == reply.nodes.count + 2)
        #expect(reply.events.last == "[DONE]")
    }

    @Test("a 200 can begin with an error")
    func errorIn200() {
        let streamed = mock.chat("mock-error-in-200", stream)
        #expect(streamed.status == 200)
        #expect(streamed.nodes.count == 1)
        #expect(streamed.nodes.first?["error"] != nil)
        let whole = mock.chat("mock-error-in-200")
        #expect(whole.status == 200)
        #expect(whole.error != nil)
    }

    @Test("a whole body breaks at a byte", arguments: [0, 1, 100])
    func wholeBreaks(_ count: Int) {
        let cut = mock.chat("mock-cut-after-\(count)")
        #expect(cut.ending == .cut)
        #expect(cut.body.count == count)
        #expect((cut.headers.first(name: "content-length").flatMap(Int.init) ?? 0) > count)
        let ended = mock.chat("mock-end-after-\(count)")
        #expect(ended.headers.first(name: "content-length") == "\(count)")
        let malformed = mock.chat("mock-malformed-after-\(count)")
        #expect(malformed.json == nil)
        #expect(malformed.headers.first(name: "content-length") == "\(malformed.body.count)")
    }

    @Test("fail counts, then succeeds, and lends its count to the other failures")
    func fail() {
        let statuses = (0..<4).map { _ in
            mock.chat(headers: ["x-mock-fail": "2", "x-mock-fail-key": "a"]).status
        }
        #expect(statuses == [500, 500, 200, 200])
        let headers = ["x-mock-fail": "1", "x-mock-fail-key": "b", "x-mock-status": "429", "x-mock-retry-after": "2"]
        let first = mock.chat(headers: .init(headers.map { ($0, $1) }))
        #expect(first.status == 429)
        #expect(first.headers.first(name: "retry-after") == "2")
        #expect(mock.chat(headers: .init(headers.map { ($0, $1) })).status == 200)
        let drops = (0..<2).map { _ in
            mock.chat(headers: ["x-mock-fail": "1", "x-mock-fail-key": "c", "x-mock-drop": "1"]).ending
        }
        #expect(drops == [.cut, .end(isClosing: false)])
    }

    @Test("errors have the vendor's shape, or any other that is asked for")
    func errorBodies() {
        #expect(mock.chat("mock-429").error?["code"]?.stringValue == "rate_limit_exceeded")
        #expect(mock.chat("mock-429-error-code-insufficient_quota").error?["type"]?.stringValue == "insufficient_quota")
        #expect(mock.chat("mock-error-code-context_length_exceeded").status == 400)
        #expect(mock.messages("mock-529").error?["type"]?.stringValue == "overloaded_error")
        #expect(mock.chat("mock-502-error-body-html").text.hasPrefix("<html>"))
        #expect(mock.chat("mock-502-error-body-empty").body.isEmpty)
        #expect(mock.chat("mock-502-error-body-truncated").json == nil)
        #expect(mock.chat("mock-429-retry-after-250ms").headers.first(name: "retry-after-ms") == "250")
        let echoed = mock.chat("mock-401-error-body-echo-key", headers: ["authorization": "Bearer sk-secret"])
        #expect(echoed.error?["message"]?.stringValue?.contains("sk-secret") == true)
    }

    @Test("the spelling of a stream changes, its events do not")
    func spellings() {
        #expect(mock.chat("mock-crlf", stream).text.contains("\r\n\r\n"))
        #expect(!mock.chat("mock-crlf", stream).text.replacing("\r\n", with: "").contains("\n"))
        #expect(mock.chat("mock-no-space", stream).text.hasPrefix("data:{"))
        #expect(mock.chat("mock-byte-order-mark", stream).body.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(mock.chat("mock-comments", stream).text.hasPrefix(": mock\n"))
        #expect(mock.chat("mock-no-done", stream).events.last != "[DONE]")
        #expect(!mock.messages("mock-no-done", stream).text.contains("message_stop"))
    }

    @Test("the last event of a stream comes twice, and no other")
    func twoTerminals() {
        let events = mock.chat("mock-two-terminals", stream).events
        #expect(events.suffix(2) == ["[DONE]", "[DONE]"])
        #expect(events.dropLast(2).allSatisfy { $0 != "[DONE]" })
        #expect(mock.messages("mock-two-terminals", stream).text.ranges(of: "event: message_stop").count == 2)
    }

    @Test("one byte at a time is one step a byte")
    func oneByte() {
        let reply = mock.chat("mock-one-byte", stream)
        #expect(reply.pieces.allSatisfy { $0.count == 1 })
        #expect(reply.events.last == "[DONE]")
        #expect(mock.chat("mock-one-byte").pieces.allSatisfy { $0.count == 1 })
    }

    @Test("a big reply is as long as it says, and never whole in a step")
    func bigReply() {
        let reply = mock.chat("mock-reply-bytes-1MB")
        #expect(reply.headers.first(name: "content-length") == "\(reply.body.count)")
        #expect(reply.pieces.allSatisfy { $0.count <= Filler.blockBytes })
        #expect(reply.json?["choices"]?[0]?["message"]?["content"]?.stringValue?.utf8.count == 1_000_000)
        #expect(
            mock.messages("mock-reply-bytes-1MB").json?["content"]?[0]?["text"]?.stringValue?.utf8.count == 1_000_000)
        let streamed = mock.chat("mock-reply-bytes-1MB", stream)
        let bytes = streamed.nodes.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.stringValue?.utf8.count }
        #expect(bytes.reduce(0, +) == 1_000_000)
    }

    @Test("several choices of a big reply are each as big")
    func bigChoices() {
        let reply = mock.chat("mock-reply-bytes-100000", #","n":2"#)
        #expect(reply.json?["choices"]?[1]?["message"]?["content"]?.stringValue?.utf8.count == 100_000)
        #expect(reply.headers.first(name: "content-length") == "\(reply.body.count)")
    }

    @Test("an event is as large as asked for")
    func bigEvent() {
        let reply = mock.chat("mock-event-bytes-1MiB-tokens-2", stream)
        let bytes = reply.nodes.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.stringValue?.utf8.count }
        #expect(bytes == [0, 1 << 20, 1 << 20])
    }

    @Test("gzip is gzip", arguments: ["", #","stream":true"#])
    func gzip(_ fields: String) throws {
        let reply = mock.chat("mock-gzip", fields)
        #expect(reply.headers.first(name: "content-encoding") == "gzip")
        #expect(reply.headers.first(name: "content-length") == nil)
        #expect(try StoredGzipReader.read(reply.body) == mock.chat("mock", fields).body.replacingModel())
    }

    @Test("the connection is closed as asked for")
    func closing() {
        let announced = mock.chat("mock-close")
        #expect(announced.headers.first(name: "connection") == "close")
        #expect(announced.ending == .end(isClosing: true))
        let silent = mock.chat("mock-close-idle")
        #expect(silent.headers.first(name: "connection") == nil)
        #expect(silent.ending == .end(isClosing: true))
        #expect(mock.chat("mock-hang").status == 0)
        #expect(mock.chat("mock-drop").ending == .cut)
    }

    @Test("headers that are asked for are there")
    func headers() {
        let foreign = mock.chat("mock-set-cookie").headers
        #expect(foreign["set-cookie"].count == 2)
        #expect(foreign.first(name: "server") == "mock-edge")
        #expect(mock.chat("mock-ratelimit").headers.contains(name: "x-ratelimit-remaining-tokens"))
        #expect(mock.messages("mock-ratelimit").headers.contains(name: "anthropic-ratelimit-tokens-remaining"))
        #expect(mock.chat("mock-no-content-length").headers.contains(name: "content-length") == false)
    }
}

extension [UInt8] {
    /// The reply as the model `mock-gzip` would have it.
    fileprivate func replacingModel() -> [UInt8] {
        Array(String(decoding: self, as: UTF8.self).replacing(#""model":"mock""#, with: #""model":"mock-gzip""#).utf8)
    }
}
