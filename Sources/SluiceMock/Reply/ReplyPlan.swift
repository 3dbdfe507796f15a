import NIOHTTP1

/// The whole answer to one request, decided before its first byte: what to say, and how to say it.
struct ReplyPlan: Sendable {
    /// A piece of a whole body.
    enum Segment: Sendable, Equatable {
        case bytes([UInt8])
        /// So many bytes of ``Filler`` text, which exist only while they are written.
        case filler(Int)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .filler(let count): count
            }
        }
    }

    enum Body: Sendable {
        case whole([Segment])
        case events(any EventSource)
    }

    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: Body
    var behaviour: Behaviour
    /// What the answer costs when all of it is made; nil for what is no answer of a model.
    var usage: TokenUsage?
    /// The time that a whole reply takes to be made, before its head.
    var generationDelay: Duration = .zero

    init(
        status: HTTPResponseStatus = .ok, contentType: String, body: Body, behaviour: Behaviour = Behaviour()
    ) {
        self.status = status
        self.headers = ["content-type": contentType]
        self.body = body
        self.behaviour = behaviour
    }

    /// A whole JSON body.
    init(status: HTTPResponseStatus = .ok, json: [UInt8], behaviour: Behaviour = Behaviour()) {
        self.init(status: status, contentType: "application/json", body: .whole([.bytes(json)]), behaviour: behaviour)
    }

    /// Whether the body is server-sent events.
    var isServerSent: Bool {
        isStream && headers.first(name: "content-type")?.hasPrefix("text/event-stream") == true
    }

    var isStream: Bool {
        switch body {
        case .whole: false
        case .events: true
        }
    }
}
