import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

/// What a provider said instead of an answer, by status or by a first event that is an error.
struct ProviderRefusal {
    let provider: any Provider
    /// The client's surface.
    let surface: Surface
    /// The surface that the provider was asked at.
    let targetSurface: Surface
    /// The status; 200 for an error within a stream that had begun.
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer
    /// The error, where a conversion has read it from a stream already.
    var event: NeutralError?

    private static let decodedLimit = 256 * 1024

    /// A refusal's body without its encoding: content delivery networks compress whatever was asked for.
    static func decoded(
        _ body: ByteBuffer, _ headers: HTTPHeaders, limitBytes: Int = Self.decodedLimit
    ) -> ByteBuffer {
        guard let encoding = headers.first(name: "content-encoding"), !encoding.isField("identity") else { return body }
        // What cannot be read is nothing that could be shown.
        guard let inflater = Inflater(limitBytes: limitBytes), let decoded = try? inflater.decode(body) else {
            return ByteBuffer()
        }
        return decoded
    }

    /// The status that stands for what was said: an error within a stream that had begun well has none but its words.
    var saidStatus: Int {
        guard self.status == 200 else { return self.status }
        if let event = self.event { return event.status }
        return self.speaksOpenAI ? self.clientStatus : self.neutral.kind.status
    }

    /// Whether the provider refused the gateway's own credentials, which are not the client's.
    var isCredentialFault: Bool {
        if self.status == 401 || self.status == 403 { return true }
        guard !self.speaksOpenAI else { return false }
        return self.neutral.kind == .authentication || self.neutral.kind == .permission
    }

    /// The answer's header fields that reach the client.
    var clientHeaders: HTTPHeaders {
        guard self.status != 200 else { return HTTPHeaders() }
        let kept = ResponseHeaderFilter(self.headers).kept
        guard !self.isNative else { return HTTPHeaders(kept) }
        return HTTPHeaders(
            VendorHeaders.translated(
                kept, from: self.targetSurface.dialect, to: self.surface.dialect, now: WallClock.secondsSince1970())
        )
    }

    /// What the client is told, and what the log is.
    func answer(requestID: String) -> (ErrorAnswer, GatewayError.Kind) {
        if self.isCredentialFault {
            let error = GatewayError(
                .upstreamCredentials,
                "The provider \(self.provider.name) refused the gateway's credentials. "
                    + "This is not the fault of your API key; tell whoever runs the gateway."
            )
            return (ErrorAnswer(error, surface: self.surface, requestID: requestID), .upstreamCredentials)
        }
        if self.speaksOpenAI {
            let (body, kind) = self.openAIAnswer()
            return (ErrorAnswer(status: self.clientStatus, body: body), kind)
        }
        var error = self.neutral
        let kind: GatewayError.Kind = error.status >= 500 ? .upstreamBroke : .upstreamRefused
        let leaks = self.leaks([String(buffer: self.body), error.message, error.code, error.parameter])
        if self.isNative, self.status != 200, !leaks, self.hasNativeShape {
            return (ErrorAnswer(status: self.nativeStatus, body: self.body), kind)
        }
        if leaks {
            error.code = nil
            error.parameter = nil
        }
        if leaks || error.message.isEmpty {
            error.message = "The provider \(self.provider.name) answered with status \(self.status)."
        }
        return (ErrorAnswer(error, surface: self.surface, requestID: requestID), kind)
    }

    /// Whether the provider was asked in the client's own dialect.
    private var isNative: Bool { self.surface.dialect.family == self.targetSurface.dialect.family }

    /// Whether both sides have OpenAI's error shape.
    private var speaksOpenAI: Bool {
        self.surface.usesOpenAIErrors && self.targetSurface.usesOpenAIErrors && self.event == nil
    }

    /// The provider's words, read by the provider's dialect.
    var neutral: NeutralError {
        if let event = self.event { return event }
        let bytes = Array(self.body.readableBytesView)
        let header: (String) -> String? = { self.headers.first(name: $0) }
        let status = (400..<600).contains(self.status) ? self.status : 502
        if self.targetSurface.operation == .rerank, let codec = DialectRegistry.rerank(self.targetSurface.dialect) {
            return codec.readError(status: status, body: bytes, header: header)
        }
        if let codec = DialectRegistry.chat(self.targetSurface.dialect.family) {
            var error = codec.readError(status: status, body: bytes, header: header)
            // Some vendors call every failure of theirs the same; the status tells overload apart.
            if error.kind == .server, status == 503 || status == 529 { error.kind = .overloaded }
            return error
        }
        let error = OpenAIUpstreamError.parse(bytes.span)
        return NeutralError(
            NeutralError.Kind(status: status), status: status, message: error.message, code: error.code,
            parameter: error.param)
    }

    private var nativeStatus: Int { (400..<600).contains(self.status) ? self.status : 502 }

    private var hasNativeShape: Bool {
        guard let document = try? JSONDocument(copying: self.body.readableBytesUInt8Span) else { return false }
        let root = document.root
        // What stands before a provider, as a delivery network, has an error shape of its own.
        return switch self.surface.dialect.family {
        case .anthropic, .gemini: root["error"]?.kind == .object
        case .ollama, .tei: root["error"]?.stringValue != nil
        default: root["message"]?.stringValue != nil
        }
    }

    private func leaks(_ words: [String?]) -> Bool {
        words.contains { $0.map { self.provider.leaksCredential($0) } ?? false }
    }
}
