import NIOHTTP1
import SluiceWire

@testable import SluiceMock

/// Asks a service for replies and plays their steps, without a socket.
struct PlanReader {
    let service: MockService

    init(_ configuration: MockConfiguration = .default) {
        service = MockService(configuration)
    }

    /// A reply as its steps tell it.
    struct Reply {
        var status = 0
        var headers: HTTPHeaders = [:]
        var body: [UInt8] = []
        var waits: [Duration] = []
        /// The step that ended it.
        var ending: ReplyStep = .stall
        /// The pieces of the body, each as one step wrote it.
        var pieces: [[UInt8]] = []
        var raw: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONNode? { try? JSONDocument(parsing: body).root }

        /// The `data` of every event.
        var events: [String] {
            lines.filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        }

        /// The lines, without what ends them.
        var lines: [Substring] { text.split(whereSeparator: \.isNewline) }

        /// The lines as JSON, for streams of lines.
        var lineNodes: [JSONNode] { lines.compactMap { try? JSONDocument(parsing: Array($0.utf8)).root } }

        /// The events that are JSON.
        var nodes: [JSONNode] {
            events.compactMap { try? JSONDocument(parsing: Array($0.utf8)).root }
        }

        var error: JSONNode? { json?["error"] }
    }

    func post(_ uri: String, _ body: String, _ headers: HTTPHeaders = [:]) -> Reply {
        var all: HTTPHeaders = ["content-type": "application/json"]
        for (name, value) in headers { all.replaceOrAdd(name: name, value: value) }
        return send("POST", uri, Array(body.utf8), all)
    }

    func chat(_ model: String = "mock", _ fields: String = "", headers: HTTPHeaders = [:]) -> Reply {
        post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","messages":[{"role":"user","content":"Hello there"}]\#(fields)}"#, headers)
    }

    func messages(_ model: String = "mock", _ fields: String = "", headers: HTTPHeaders = [:]) -> Reply {
        var all: HTTPHeaders = ["anthropic-version": "2023-06-01"]
        for (name, value) in headers { all.replaceOrAdd(name: name, value: value) }
        return post(
            "/v1/messages",
            #"{"model":"\#(model)","max_tokens":100,"messages":[{"role":"user","content":"Hello there"}]\#(fields)}"#,
            all)
    }

    /// A request to Gemini; `body` is its members.
    func gemini(
        _ model: String = "gemini-2.5-flash", _ operation: String = "generateContent",
        _ body: String = #""contents":[{"role":"user","parts":[{"text":"Hello there"}]}]"#, headers: HTTPHeaders = [:]
    ) -> Reply {
        post("/v1beta/models/\(model):\(operation)", "{\(body)}", headers)
    }

    /// A request to Bedrock; `body` is its members.
    func bedrock(
        _ model: String = "mock", _ operation: String = "converse",
        _ body: String = #""messages":[{"role":"user","content":[{"text":"Hello there"}]}]"#, headers: HTTPHeaders = [:]
    ) -> Reply {
        post("/model/\(model)/\(operation)", "{\(body)}", headers)
    }

    func send(_ method: String, _ uri: String, _ body: [UInt8] = [], _ headers: HTTPHeaders = [:]) -> Reply {
        let request = ReceivedRequest(method: method, uri: uri, headers: headers, body: body)
        return Self.play(service.reply(to: request).plan)
    }

    static func play(_ plan: ReplyPlan) -> Reply {
        var steps = ReplySteps(plan)
        var reply = Reply()
        while true {
            let step = steps.next()
            switch step {
            case .wait(let duration): reply.waits.append(duration)
            case .head(let status, let headers):
                reply.status = Int(status.code)
                reply.headers = headers
            case .bytes(let bytes):
                reply.body += bytes
                reply.pieces.append(Array(bytes))
            case .filler(let count):
                reply.body += Filler.bytes(count)
                reply.pieces.append(Filler.bytes(count))
            case .raw(let bytes): reply.raw += bytes
            case .end, .stall, .cut, .reset:
                reply.ending = step
                return reply
            }
        }
    }
}
