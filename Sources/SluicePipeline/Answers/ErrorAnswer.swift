import NIOCore
import SluiceCore
import SluiceWire

/// An error as a client of one dialect gets it: status, body, and the fields that go with it.
struct ErrorAnswer {
    let status: Int
    let body: ByteBuffer
    /// Fields beside `content-type`.
    var headers: [(name: String, value: String)] = []

    /// A body that is in the client's dialect already.
    init(status: Int, body: ByteBuffer) {
        self.status = status
        self.body = body
    }

    /// A refusal of the gateway's own, in the dialect of the surface.
    init(_ error: GatewayError, surface: Surface, requestID: String) {
        if surface.usesOpenAIErrors {
            self.status = error.status
            self.body = ByteBuffer(bytes: OpenAIErrorBody(error).bytes)
        } else {
            let written = Self.write(error.neutral, surface: surface, requestID: requestID)
            // The dialect's status stands where it has one of its own for a kind; else what the gateway means.
            let hasOwnStatus = error.kind.neutral == .overloaded || error.kind.neutral == .quota
            self.status = hasOwnStatus ? written.status : error.status
            self.body = ByteBuffer(bytes: written.body)
            self.headers = Self.headers(error.neutral, surface: surface)
        }
        if let allowed = error.allowedMethods { self.headers.append(("allow", allowed)) }
        if let seconds = error.retryAfterSeconds { self.headers.append(("retry-after", String(seconds))) }
        if error.kind == .unauthenticated { self.headers.append(("www-authenticate", "Bearer")) }
    }

    /// A provider's refusal, in the dialect of the surface.
    init(_ error: NeutralError, surface: Surface, requestID: String) {
        let written = Self.write(error, surface: surface, requestID: requestID)
        self.status = written.status
        self.body = ByteBuffer(bytes: written.body)
        self.headers = Self.headers(error, surface: surface)
        if let seconds = error.retryAfterSeconds, seconds.isFinite, seconds >= 0, seconds < 1e9 {
            self.headers.append(("retry-after", String(Int(seconds.rounded(.up)))))
            self.headers.append(("retry-after-ms", String(Int((seconds * 1000).rounded(.up)))))
        }
    }

    private static func write(
        _ error: NeutralError,
        surface: Surface,
        requestID: String
    ) -> (status: Int, body: [UInt8]) {
        if surface.operation == .rerank, let codec = DialectRegistry.rerank(surface.dialect) {
            return codec.writeError(error, requestID: requestID)
        }
        if let codec = DialectRegistry.chat(surface.dialect) {
            return codec.writeError(error, requestID: requestID)
        }
        let body = OpenAIErrorBody(
            message: error.message,
            type: error.status >= 500 ? "server_error" : "invalid_request_error",
            param: error.parameter,
            code: error.code
        )
        return (error.status, body.bytes)
    }

    private static func headers(_ error: NeutralError, surface: Surface) -> [(name: String, value: String)] {
        guard surface.dialect == .bedrock else { return [] }
        return [("x-amzn-errortype", BedrockErrors.typeName(for: error))]
    }
}

extension Surface {
    /// Whether errors have OpenAI's shape.
    var usesOpenAIErrors: Bool {
        switch self.dialect {
        case .openAIChat, .openAICompletions, .openAIResponses: true
        default: false
        }
    }
}
