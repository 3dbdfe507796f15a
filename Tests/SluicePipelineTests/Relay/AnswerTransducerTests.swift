import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("AnswerTransducer")
struct AnswerTransducerTests {
    /// A transducer of one request, and what came of its answer.
    private final class Harness {
        let pipeline: PipelineHarness
        let state: ExchangeState
        let attempt: AttemptState
        let transducer: AnswerTransducer
        var output: [ByteBuffer] = []

        init(
            _ surface: Surface = .chat,
            body: String = #"{"model":"m","stream":true}"#,
            fields: String = "",
            snapshot: Snapshot = .test(),
            path: String = "/v1/chat/completions",
            target: String? = nil,
            terms: AnswerTerms = AnswerTerms()
        ) throws {
            self.pipeline = try PipelineHarness()
            self.state = try self.pipeline.state(
                "POST \(path) HTTP/1.1\r\nhost: h\r\n\(fields)content-length: 0\r\n\r\n", snapshot
            )
            self.state.record.requestID = "req_test"
            self.state.record.model = "m"
            self.attempt = self.state.beginAttempt(AttemptRecord())
            self.attempt.record.targetModel = target ?? "m"
            let entry = snapshot.providers[0]
            let scanned = ScannedRequest(
                body: ByteBuffer(string: body),
                form: .json(try OpenAIRequestScan.scan(Array(body.utf8).span)),
                surface: surface
            )
            let outbound = try OutboundRequest(
                state: self.state, trace: nil, scanned: scanned, model: "m", entry: entry,
                address: ProviderAddress(target: "/", headers: [])
            )
            self.transducer = AnswerTransducer(self.attempt, outbound: outbound, terms: terms)
            self.attempt.reader = self.transducer
        }

        func head(_ status: Int = 200, _ headers: HTTPHeaders = ["content-type": "text/event-stream"])
            -> RelayHeadDecision
        {
            self.transducer.receive(status: status, headers: headers)
        }

        @discardableResult
        func feed(_ text: String) -> RelayStep {
            self.transducer.receive(ByteBuffer(string: text), into: &self.output)
        }

        func end() -> UpstreamError? { self.transducer.receiveEnd(into: &self.output) }

        func cut() -> Bool { self.transducer.receiveCut(into: &self.output) }

        var text: String { self.output.map { String(buffer: $0) }.joined() }

        /// The data of the events that a client sees, with the error event that the gateway would add.
        func events(adding event: ByteBuffer? = nil) -> [String] {
            var parser = SSEParser()
            let bytes = Array((self.text + (event.map { String(buffer: $0) } ?? "")).utf8)
            var offset = 0
            var events: [String] = []
            while let event = parser.next(in: bytes.span, at: &offset) {
                events.append(
                    parser.withData(of: event, in: bytes.span) { data in
                        data.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
                    })
            }
            return events
        }
    }

    private static let content = StreamTapTests.content + "\n\n"
    private static let finish = StreamTapTests.finish + "\n\n"
    private static let usage = StreamTapTests.usage + "\n\n"
    private static let done = "data: [DONE]\n\n"
    private static let failure =
        #"data: {"error":{"message":"broke","type":"server_error","param":null,"code":null}}"# + "\n\n"

    private static func head(_ decision: RelayHeadDecision) -> ResponseHead? {
        switch decision {
        case .commit(let head), .stage(let head, _): head
        default: nil
        }
    }

    // MARK: Heads

    @Test("a stream is held, a JSON answer staged, other answers begin at once")
    func decisions() throws {
        guard case .hold = try Harness().head() else {
            Issue.record("a stream is not held")
            return
        }
        guard case .stage = try Harness().head(200, ["content-type": "application/json"]) else {
            Issue.record("JSON is not staged")
            return
        }
        guard case .commit = try Harness(.speech).head(200, ["content-type": "audio/mpeg"]) else {
            Issue.record("audio does not begin")
            return
        }
    }

    @Test("whatever is no success is collected", arguments: [300, 304, 400, 401, 404, 429, 500, 503, 529])
    func refusals(status: Int) throws {
        let test = try Harness()
        guard case .collect(let limit) = test.head(status, ["content-type": "application/json"]) else {
            Issue.record("not collected")
            return
        }
        #expect(limit > 1024)
        #expect(test.attempt.record.upstreamStatus == status)
    }

    @Test("an encoding that nobody asked for and nobody knows is an error", arguments: ["br", "zstd", "gzip, br"])
    func unknownEncoding(encoding: String) throws {
        guard case .fail(let error) = try Harness().head(200, ["content-encoding": encoding]) else {
            Issue.record("not failed")
            return
        }
        #expect(error.kind == .malformed)
    }

    @Test("the client's head has the upstream's fields, the request id, and the length of the body")
    func wholeHead() throws {
        let test = try Harness()
        let decision = test.head(
            201,
            [
                "content-type": "application/json", "content-length": "12", "server": "x", "x-request-id": "up",
                "set-cookie": "a",
            ]
        )
        let head = try #require(Self.head(decision))
        #expect(head.status == 201)
        #expect(head.bodyLength == 12)
        #expect(head.headers.first(name: "x-request-id") == "req_test")
        #expect(head.headers.first(name: "x-upstream-request-id") == "up")
        #expect(!head.headers.contains(name: "server"))
        #expect(!head.headers.contains(name: "set-cookie"))
        #expect(!head.headers.contains(name: "content-length"))
        #expect(head.headers[canonicalForm: "content-type"] == ["application/json"])
    }

    @Test("a stream is not to be kept or gathered on its way")
    func streamHead() throws {
        let test = try Harness()
        _ = test.head(200, ["content-type": "text/event-stream", "cache-control": "max-age=5"])
        guard case .commit(let head) = test.feed(Self.content).decision else {
            Issue.record("not committed")
            return
        }
        #expect(head.headers[canonicalForm: "cache-control"] == ["no-cache"])
        #expect(head.headers.first(name: "x-accel-buffering") == "no")
        #expect(head.bodyLength == nil)
        #expect(test.attempt.record.isStreamed)
    }

    // MARK: Streams

    @Test("a stream begins with its first content, and comments before it are not lost")
    func commits() throws {
        let test = try Harness()
        _ = test.head()
        guard case .more = test.feed(": waiting\n\n").decision else {
            Issue.record("a comment decides")
            return
        }
        let step = test.feed(Self.content)
        guard case .commit = step.decision else {
            Issue.record("not committed")
            return
        }
        #expect(step.hasEvent && step.hasContent && !step.isTerminal)
        guard case .more = test.feed(Self.content).decision else {
            Issue.record("committed twice")
            return
        }
        #expect(test.text == ": waiting\n\n\(Self.content)\(Self.content)")
    }

    @Test("a beginning without content is held back, and an error behind it is still a refusal")
    func heldStart() throws {
        let start = StreamTapTests.start + "\n\n"
        let test = try Harness()
        _ = test.head()
        for _ in 0..<3 {
            let step = test.feed(start)
            guard case .more = step.decision, step.hasEvent, !step.hasContent else {
                Issue.record("a role decides")
                return
            }
        }
        guard case .refuse = test.feed(start + Self.failure).decision else {
            Issue.record("not refused")
            return
        }
        let other = try Harness()
        _ = other.head()
        other.feed(start)
        let head = try #require(other.transducer.releaseHold())
        #expect(head.status == 200)
        #expect(other.transducer.releaseHold() == nil)
        guard case .more = other.feed(Self.failure).decision else {
            Issue.record("committed or refused again")
            return
        }
        #expect(other.text == start + Self.failure)
    }

    @Test("with a hold, an error behind the first content is still a refusal")
    func held() throws {
        let test = try Harness(terms: AnswerTerms(hold: CommitHold(events: 2)))
        _ = test.head()
        test.feed(Self.content)
        guard case .more = test.feed(Self.content).decision, case .refuse = test.feed(Self.failure).decision else {
            Issue.record("not held")
            return
        }
        let other = try Harness(terms: AnswerTerms(hold: CommitHold(events: 2)))
        _ = other.head()
        other.feed(Self.content + Self.content)
        guard case .commit = other.feed(Self.content).decision else {
            Issue.record("held too long")
            return
        }
        #expect(other.text == Self.content + Self.content + Self.content)
    }

    @Test("an answer without content is one, whatever is missing behind its finish", arguments: [Self.done, "", "x"])
    func emptyAnswer(end: String) throws {
        let test = try Harness()
        _ = test.head()
        let start = StreamTapTests.start + "\n\n"
        if end == "x" {
            // The finish itself has no blank line behind it.
            test.feed(start + StreamTapTests.finish)
            #expect(test.end() == nil)
            #expect(test.transducer.headAtEnd != nil)
        } else {
            guard case .commit = test.feed(start + Self.finish + end).decision else {
                Issue.record("not committed")
                return
            }
            #expect(test.end() == nil)
        }
        #expect(test.events().last == "[DONE]")
    }

    @Test("a stream that begins with what is no event fails, one with empty data does not")
    func nonsense() throws {
        let test = try Harness()
        _ = test.head()
        test.feed("data:\n\n")
        guard case .fail(let error) = test.feed("data: <html>\n\n").decision else {
            Issue.record("not failed")
            return
        }
        #expect(error.kind == .malformed)
    }

    @Test("a stream that says nothing for long begins all the same")
    func silence() throws {
        let test = try Harness()
        _ = test.head()
        var commits = 0
        for _ in 0..<100 {
            if case .commit = test.feed(": \(String(repeating: "x", count: 1020))\n\n").decision { commits += 1 }
        }
        #expect(commits == 1)
    }

    @Test("a first event that is an error refuses with its data")
    func refuses() throws {
        let test = try Harness()
        _ = test.head()
        let step = test.feed(Self.failure)
        guard case .refuse(let data) = step.decision else {
            Issue.record("not refused")
            return
        }
        #expect(String(buffer: data) == Self.failure.dropFirst(6).dropLast(2))
        #expect(!step.isTerminal)
    }

    @Test("an error event after the first ends the answer, in the piece that begins it too")
    func lateError() throws {
        let test = try Harness()
        _ = test.head()
        let first = test.feed(Self.content + Self.failure)
        guard case .commit = first.decision else {
            Issue.record("not committed")
            return
        }
        #expect(first.isTerminal)
        let other = try Harness()
        _ = other.head()
        other.feed(Self.content)
        #expect(other.feed(Self.failure).isTerminal)
        #expect(other.end() == nil)
        other.transducer.settle(.complete)
        #expect(other.pipeline.recorder.records.first?.errorType == "upstream_broke")
        #expect(other.text == Self.content + Self.failure)
    }

    @Test("the terminal event is told, and the answer is whole")
    func terminal() throws {
        let test = try Harness()
        _ = test.head()
        test.feed(Self.content + Self.finish)
        #expect(test.feed(Self.done).isTerminal)
        #expect(test.end() == nil)
        test.transducer.settle(.complete)
        let record = try #require(test.pipeline.recorder.records.first)
        #expect(record.status == 200)
        #expect(record.finishReason == "stop")
        #expect(record.streamEvents == 3)
        #expect(record.errorType == nil)
    }

    @Test("usage that the gateway asked for is kept from the client and recorded", arguments: [true, false])
    func usage(isAsked: Bool) throws {
        let options = isAsked ? #","stream_options":{"include_usage":true}"# : ""
        let test = try Harness(body: #"{"model":"m","stream":true\#(options)}"#)
        _ = test.head()
        test.feed(Self.content + Self.finish + Self.usage + Self.done)
        #expect(test.text == Self.content + Self.finish + (isAsked ? Self.usage : "") + Self.done)
        test.transducer.settle(.complete)
        #expect(test.pipeline.recorder.records.first?.usage?.output == 7)
    }

    @Test("an end that the upstream forgot is supplied, on a line of its own", arguments: ["", "\n", "\n\n"])
    func suppliedEnd(tail: String) throws {
        for isCut in [true, false] {
            let test = try Harness(body: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#)
            _ = test.head()
            test.feed(Self.content + StreamTapTests.finish + tail)
            if isCut && tail == "\n\n" { #expect(test.cut()) } else { #expect(test.end() == nil) }
            #expect(test.events().last == "[DONE]")
            #expect(test.events().count == 3)
            #expect(test.events()[1] == String(StreamTapTests.finish.dropFirst(6)))
        }
    }

    @Test(
        "a stream that ends before the answer does is cut",
        arguments: [
            Self.content, StreamTapTests.start + "\n\n", Self.content + "data: {\"choi", "data: [DON",
        ])
    func cut(text: String) throws {
        let test = try Harness()
        _ = test.head()
        test.feed(text)
        #expect(!test.cut())
        let other = try Harness()
        _ = other.head()
        other.feed(text)
        #expect(other.end()?.kind == .cut)
    }

    @Test("of two choices that were asked for, both must end")
    func twoChoices() throws {
        let test = try Harness(body: #"{"model":"m","stream":true,"n":2}"#)
        _ = test.head()
        test.feed(Self.content + Self.finish)
        #expect(!test.cut())
        test.feed(Self.finish)
        #expect(test.cut())
    }

    @Test("an error event of the gateway's own stands alone, wherever the upstream broke")
    func errorEvents() throws {
        let stream = Self.content + ": comment\n\n" + Self.content
        for length in 0...stream.utf8.count {
            let test = try Harness(body: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#)
            _ = test.head()
            _ = test.transducer.receive(ByteBuffer(bytes: Array(stream.utf8)[..<length]), into: &test.output)
            let event = try #require(test.transducer.errorEvent(UpstreamError(.cut, "The upstream broke.")))
            let last = try #require(test.events(adding: event).last)
            let document = try JSONDocument(parsing: Array(last.utf8))
            #expect(document.root["error"]?["message"]?.stringValue == "The upstream broke.")
            #expect(document.root["error"]?["code"]?.stringValue == "upstream_broke")
        }
    }

    @Test("a Responses stream that breaks ends with the response's own failure")
    func responsesError() throws {
        let test = try Harness(.responses)
        _ = test.head()
        test.feed(
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":4,"
                + "\"response\":{\"id\":\"resp_1\",\"created_at\":5,\"model\":\"m\"}}\n\n"
        )
        #expect(test.end()?.kind == .cut)
        let event = try #require(test.transducer.errorEvent(UpstreamError(.cut, "The upstream broke.")))
        let text = String(buffer: event)
        #expect(text.contains("event: response.failed\n"))
        let document = try JSONDocument(parsing: Array(try #require(test.events(adding: event).last).utf8))
        #expect(document.root["sequence_number"]?.intValue == 5)
        #expect(document.root["response"]?["id"]?.stringValue == "resp_1")
        #expect(document.root["response"]?["status"]?.stringValue == "failed")
    }

    @Test("a stream of another surface passes as it is, and ends as it ends")
    func opaque() throws {
        let test = try Harness(.speech)
        _ = test.head()
        test.feed("data: audio\n\n")
        #expect(test.end() == nil)
        #expect(test.text == "data: audio\n\n")
    }

    // MARK: Pings

    @Test("a ping stands between two events only, and none behind the end")
    func pings() throws {
        let cases: [(Surface, String, String)] = [
            (.chat, Self.content, ": ping\n\n"),
            (
                .messages,
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"x\"}}\n\n",
                "event: ping\ndata: {\"type\":\"ping\"}\n\n"
            ),
        ]
        for (surface, event, expected) in cases {
            let test = try Harness(
                surface, body: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#)
            _ = test.head()
            for byte in event.utf8.dropLast() {
                test.feed(String(decoding: [byte], as: UTF8.self))
                #expect(test.transducer.ping() == nil)
            }
            test.feed("\n")
            #expect(test.transducer.ping().map { String(buffer: $0) } == expected)
        }
        let done = try Harness()
        _ = done.head()
        done.feed(Self.content + Self.finish + Self.done)
        #expect(done.transducer.ping() == nil)
        let whole = try Harness()
        _ = whole.head(200, ["content-type": "application/json"])
        whole.feed("{")
        #expect(whole.transducer.ping() == nil)
    }

    // MARK: Gemini's array

    private static let element = #"{"candidates":[{"content":{"parts":[{"text":"]}"}],"role":"model"}}]}"#
    private static let lastElement =
        #"{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"modelVersion":"m-2"}"#

    private static func array(target: String? = nil) throws -> Harness {
        let test = try Harness(
            .streamGenerateContent, path: "/v1beta/models/m:streamGenerateContent", target: target)
        _ = test.head(200, ["content-type": "application/json"])
        return test
    }

    @Test("a break between two elements of an array ends it with the error, one within an element is a cut")
    func arrayErrors() throws {
        let text = "[\(Self.element)\r\n,\r\n\(Self.element)"
        let inside = Set(1...Self.element.utf8.count).union(
            (text.utf8.count - Self.element.utf8.count + 1)..<text.utf8.count)
        for length in 1...text.utf8.count {
            let test = try Self.array()
            test.feed(String(decoding: text.utf8.prefix(length), as: UTF8.self))
            let isInside = inside.contains(length) && length != 1
            let event = test.transducer.errorEvent(UpstreamError(.cut, "The upstream broke."))
            #expect((event == nil) == isInside, "after \(length) bytes")
            #expect((test.transducer.ping() == nil) == isInside)
            guard let event else { continue }
            let document = try JSONDocument(parsing: Array((test.text + String(buffer: event)).utf8))
            #expect(Array(document.root.elements).last?["error"]?["message"]?.stringValue == "The upstream broke.")
        }
    }

    @Test("an array that was finished and lacks its bracket gets it")
    func arrayEnd() throws {
        for isCut in [true, false] {
            let test = try Self.array()
            test.feed("[\(Self.element),\(Self.lastElement)")
            if isCut { #expect(test.cut()) } else { #expect(test.end() == nil) }
            #expect(test.text == "[\(Self.element),\(Self.lastElement)]")
        }
        let open = try Self.array()
        open.feed("[\(Self.element)")
        #expect(!open.cut())
        let done = try Self.array()
        done.feed("[\(Self.element),\(Self.lastElement)]\r\n")
        #expect(done.end() == nil)
        #expect(done.text == "[\(Self.element),\(Self.lastElement)]\r\n")
    }

    // MARK: The name of the model

    @Test("a model that the gateway renamed has the client's name, in streams and whole answers, at every split")
    func renamed() throws {
        let cases: [(Surface, String, String, (String) -> String)] = [
            (
                .chat, "text/event-stream", "m",
                { "data: {\"id\":\"1\",\"model\":\"\($0)\",\"choices\":[{\"delta\":{\"content\":\"theirs\"}}]}\n\n" }
            ),
            (
                .responses, "text/event-stream", "m",
                {
                    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"model\":\"\($0)\"}}\n\n"
                }
            ),
            (
                .messages, "text/event-stream", "m",
                { "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"\($0)\"}}\n\n" }
            ),
            (
                .embeddings, "application/json", "m",
                { "{\"data\":[{\"model\":\"theirs\"}],\"model\":\"\($0)\",\"usage\":{}}" }
            ),
            (.messages, "application/json", "m", { "{\"model\":\"\($0)\",\"type\":\"message\"}" }),
            (.responses, "application/json", "m", { "{\"model\":\"\($0)\",\"output\":[]}" }),
            (.generateContent, "application/json", "m", { "{\"modelVersion\":\"\($0)\"}" }),
        ]
        for (surface, type, name, text) in cases {
            let bytes = Array(text("theirs").utf8)
            for split in 0...bytes.count {
                let test = try Harness(surface, target: "theirs")
                _ = test.head(200, ["content-type": type, "content-length": "\(bytes.count)"])
                _ = test.transducer.receive(ByteBuffer(bytes: bytes[..<split]), into: &test.output)
                _ = test.transducer.receive(ByteBuffer(bytes: bytes[split...]), into: &test.output)
                #expect(test.text == text(name))
            }
        }
    }

    @Test("the length of a renamed whole answer is its own")
    func renamedLength() throws {
        let body = #"{"model":"theirs","choices":[]}"#
        let test = try Harness(target: "theirs")
        let decision = test.head(200, ["content-type": "application/json", "content-length": "\(body.utf8.count)"])
        let staged = try #require(Self.head(decision))
        #expect(staged.bodyLength == nil)
        test.feed(body)
        #expect(test.end() == nil)
        #expect(test.text == #"{"model":"m","choices":[]}"#)
        #expect(test.transducer.finalHead(for: staged).bodyLength == test.text.utf8.count)
    }

    @Test("a name that the gateway did not change stays as the vendor wrote it, and so does one that may be shown")
    func notRenamed() throws {
        let body = #"{"model":"m-2026-11-30","choices":[]}"#
        for test in [try Harness(), try Harness(target: "theirs", terms: AnswerTerms(exposesTargetModel: true))] {
            let decision = test.head(200, ["content-type": "application/json", "content-length": "\(body.utf8.count)"])
            #expect(Self.head(decision)?.bodyLength == body.utf8.count)
            test.feed(body)
            #expect(test.text == body)
        }
    }

    // MARK: Whole answers

    private static func gzip(_ text: String) throws -> ByteBuffer {
        let deflater = try #require(Deflater())
        var body = deflater.encode(ByteBuffer(string: text))
        body.writeImmutableBuffer(deflater.finish())
        return body
    }

    private static let answer =
        #"{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#

    @Test("a whole answer passes byte for byte, and its usage is recorded")
    func whole() throws {
        let test = try Harness()
        _ = test.head(200, ["content-type": "application/json", "content-length": "\(Self.answer.utf8.count)"])
        test.feed(Self.answer)
        #expect(test.end() == nil)
        #expect(test.text == Self.answer)
        #expect(test.transducer.errorEvent(UpstreamError(.cut, "x")) == nil)
        test.transducer.settle(.complete)
        let record = try #require(test.pipeline.recorder.records.first)
        #expect(record.usage?.output == 7)
        #expect(record.finishReason == "stop")
        #expect(!record.isStreamed)
    }

    @Test("a compressed answer is decoded, at every split")
    func decoded() throws {
        let encoded = Array(try Self.gzip(Self.answer).readableBytesView)
        for split in 0...encoded.count {
            let test = try Harness()
            let head = try #require(
                Self.head(
                    test.head(
                        200,
                        [
                            "content-type": "application/json", "content-encoding": "gzip",
                            "content-length": "\(encoded.count)",
                        ]))
            )
            #expect(head.bodyLength == nil)
            #expect(!head.headers.contains(name: "content-encoding"))
            _ = test.transducer.receive(ByteBuffer(bytes: encoded[..<split]), into: &test.output)
            _ = test.transducer.receive(ByteBuffer(bytes: encoded[split...]), into: &test.output)
            #expect(test.end() == nil)
            #expect(test.text == Self.answer)
        }
    }

    @Test("a compressed answer that is cut or broken is no answer")
    func brokenEncoding() throws {
        let encoded = Array(try Self.gzip(Self.answer).readableBytesView)
        let cut = try Harness()
        _ = cut.head(200, ["content-type": "application/json", "content-encoding": "gzip"])
        _ = cut.transducer.receive(ByteBuffer(bytes: encoded.dropLast(3)), into: &cut.output)
        #expect(cut.end()?.kind == .cut)
        let broken = try Harness()
        _ = broken.head(200, ["content-type": "application/json", "content-encoding": "gzip"])
        guard case .fail(let error) = broken.feed("this is not gzip").decision else {
            Issue.record("not failed")
            return
        }
        #expect(error.kind == .malformed)
    }

    @Test("a compressed stream is decoded and read like any other")
    func compressedStream() throws {
        let test = try Harness()
        _ = test.head(200, ["content-type": "text/event-stream", "content-encoding": "gzip"])
        let encoded = try Self.gzip(Self.content + Self.finish + Self.usage + Self.done)
        #expect(test.transducer.receive(encoded, into: &test.output).isTerminal)
        #expect(test.end() == nil)
        #expect(test.text == Self.content + Self.finish + Self.done)
    }

    @Test(
        "a long JSON answer is compressed for a client that asks, a short one and a stream are not",
        arguments: [
            (true, 5000, true), (true, 1024, true), (true, 1023, false), (false, 5000, false),
        ])
    func compresses(isAccepted: Bool, length: Int, isCompressed: Bool) throws {
        let body = "{\"a\":\"" + String(repeating: "x", count: length - 8) + "\"}"
        let test = try Harness(fields: isAccepted ? "accept-encoding: gzip\r\n" : "")
        let head = try #require(
            Self.head(test.head(200, ["content-type": "application/json", "content-length": "\(length)"]))
        )
        #expect((head.headers.first(name: "content-encoding") == "gzip") == isCompressed)
        #expect(head.headers.first(name: "vary") == "accept-encoding")
        #expect(head.bodyLength == (isCompressed ? nil : length))
        test.feed(String(body.prefix(500)))
        test.feed(String(body.dropFirst(500)))
        #expect(test.end() == nil)
        var bytes = ByteBuffer()
        for piece in test.output { bytes.writeImmutableBuffer(piece) }
        if isCompressed {
            let inflater = try #require(Inflater(limitBytes: 1 << 20))
            bytes = try inflater.decode(bytes)
            #expect(inflater.isComplete)
        }
        #expect(String(buffer: bytes) == body)
    }

    @Test("compression that is switched off stays off")
    func compressionOff() throws {
        let test = try Harness(fields: "accept-encoding: gzip\r\n", snapshot: .test(isCompressionEnabled: false))
        let head = try #require(
            Self.head(test.head(200, ["content-type": "application/json", "content-length": "5000"])))
        #expect(!head.headers.contains(name: "content-encoding"))
        #expect(!head.headers.contains(name: "vary"))
    }

    // MARK: Settlement

    @Test(
        "how it ended is what is recorded",
        arguments: [
            (RelayOutcome.complete, 200, nil), (.clientGone, 499, "client_closed_request"),
            (.drained, 499, "client_closed_request"),
            (.failed(UpstreamError(.cut, "x")), 502, "upstream_broke"),
            (.failed(UpstreamError(.timeout, "x")), 504, "upstream_timeout"),
        ] as [(RelayOutcome, Int, String?)])
    func settles(outcome: RelayOutcome, status: Int, error: String?) throws {
        let test = try Harness()
        _ = test.head(200, ["content-type": "audio/mpeg"])
        test.feed("bytes")
        test.transducer.settle(outcome)
        let record = try #require(test.pipeline.recorder.records.first)
        #expect(record.status == status)
        #expect(record.errorType == error)
        #expect(record.attempt.isDrained == (outcome == .drained))
        #expect(test.pipeline.recorder.records.count == 1)
    }
}
