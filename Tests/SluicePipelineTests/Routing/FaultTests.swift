import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceRouting
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("Fault of an attempt")
struct FaultTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let surface: Surface
        let status: Int
        let body: String
        let kind: Fault.Kind
        var headers: [String: String] = [:]
        var testDescription: String { "\(self.surface) \(self.status) \(self.body.prefix(60))" }
    }

    private static func openAI(
        _ status: Int, _ type: String, _ code: String?, _ message: String, _ kind: Fault.Kind
    ) -> Refused {
        let code = code.map { "\"\($0)\"" } ?? "null"
        return Refused(
            surface: .chat, status: status,
            body: #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":\#(code)}}"#, kind: kind)
    }

    private static func anthropic(_ status: Int, _ type: String, _ message: String, _ kind: Fault.Kind) -> Refused {
        Refused(
            surface: .messages, status: status,
            body: #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"}}"#, kind: kind)
    }

    private static func google(
        _ status: Int, _ name: String, _ message: String, _ kind: Fault.Kind, details: String = "[]"
    ) -> Refused {
        Refused(
            surface: .generateContent, status: status,
            body: #"{"error":{"code":\#(status),"message":"\#(message)","status":"\#(name)","details":\#(details)}}"#,
            kind: kind)
    }

    private static func amazon(_ status: Int, _ type: String, _ message: String, _ kind: Fault.Kind) -> Refused {
        Refused(
            surface: .converse, status: status, body: #"{"message":"\#(message)"}"#, kind: kind,
            headers: ["x-amzn-errortype": "\(type):http://internal.amazon.com/coral/com.amazon.coral.service/"])
    }

    /// What vendors say, in the words of their documentation and SDKs.
    static let refusals: [Refused] = [
        openAI(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided", .credentialRefused),
        openAI(403, "invalid_request_error", nil, "Country, region, or territory not supported", .forbidden),
        openAI(403, "invalid_request_error", "invalid_api_key", "The key was revoked", .credentialRefused),
        openAI(429, "requests", "rate_limit_exceeded", "Rate limit reached", .rateLimited),
        openAI(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota", .rateLimited),
        openAI(
            400, "invalid_request_error", "context_length_exceeded", "maximum context length is 128000", .contextWindow),
        openAI(
            400, "invalid_request_error", "content_policy_violation", "rejected by the safety system", .contentPolicy),
        openAI(400, "invalid_request_error", nil, "Unrecognized request argument", .rejected),
        openAI(404, "invalid_request_error", "model_not_found", "The model does not exist", .rejected),
        openAI(500, "server_error", nil, "The server had an error", .serverError),
        openAI(503, "server_error", nil, "overloaded", .serverError),
        openAI(408, "server_error", nil, "timeout", .timeout),
        Refused(surface: .chat, status: 502, body: "<html>Bad gateway</html>", kind: .serverError),
        Refused(surface: .chat, status: 429, body: "", kind: .rateLimited),
        Refused(surface: .chat, status: 302, body: "", kind: .malformed),
        anthropic(401, "authentication_error", "invalid x-api-key", .credentialRefused),
        anthropic(403, "permission_error", "Your API key does not have permission", .forbidden),
        anthropic(429, "rate_limit_error", "Number of request tokens has exceeded", .rateLimited),
        anthropic(529, "overloaded_error", "Overloaded", .serverError),
        anthropic(500, "api_error", "Internal server error", .serverError),
        anthropic(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", .contextWindow),
        anthropic(400, "invalid_request_error", "max_tokens: Field required", .rejected),
        google(
            400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", .credentialRefused,
            details: #"[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]"#),
        google(403, "PERMISSION_DENIED", "Permission denied on resource project x", .forbidden),
        google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted", .rateLimited),
        google(503, "UNAVAILABLE", "The model is overloaded.", .serverError),
        google(
            400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number of tokens allowed",
            .contextWindow),
        amazon(
            403, "UnrecognizedClientException", "The security token included in the request is invalid.",
            .credentialRefused),
        amazon(403, "AccessDeniedException", "You don't have access to the model", .forbidden),
        amazon(429, "ThrottlingException", "Too many requests", .rateLimited),
        amazon(503, "ServiceUnavailableException", "unavailable", .serverError),
        amazon(400, "ValidationException", "Input is too long for requested model.", .contextWindow),
        amazon(400, "ValidationException", "Malformed input request", .rejected),
    ]

    private static func fault(_ refused: Refused) -> Fault {
        Fault(
            ProviderRefusal(
                provider: Snapshot.ProviderEntry.test().provider,
                surface: .chat,
                targetSurface: refused.surface,
                status: refused.status,
                headers: HTTPHeaders(refused.headers.map { ($0.key, $0.value) }),
                body: ByteBuffer(string: refused.body)
            ))
    }

    @Test("what a vendor says tells who is to blame", arguments: Self.refusals)
    func refusal(refused: Refused) {
        #expect(Self.fault(refused).kind == refused.kind)
    }

    @Test(
        "an error within a stream that had begun well counts by its words",
        arguments: [
            (Surface.chat, #"{"error":{"message":"m","type":"server_error"}}"#, Fault.Kind.serverError),
            (.chat, #"{"error":{"message":"m","type":"rate_limit_error"}}"#, .rateLimited),
            (.chat, #"{"error":{"message":"m","code":429}}"#, .rateLimited),
            (.chat, #"{"error":{"message":"m","type":"invalid_request_error"}}"#, .rejected),
            (.chat, #"{"error":{"message":"m","code":"context_length_exceeded"}}"#, .contextWindow),
            (.chat, #"{"error":{"message":"m","type":"overloaded_error"}}"#, .serverError),
            (.chat, #"{"error":"text"}"#, .serverError),
            (.messages, #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, .serverError),
            (.messages, #"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#, .rateLimited),
        ])
    func withinStream(surface: Surface, body: String, kind: Fault.Kind) {
        #expect(Self.fault(Refused(surface: surface, status: 200, body: body, kind: kind)).kind == kind)
    }

    @Test("the wait and the permission to repeat are the headers', whatever else is said")
    func advice() {
        var refused = Self.openAI(429, "requests", "rate_limit_exceeded", "Rate limit reached", .rateLimited)
        refused.headers = ["retry-after-ms": "1500", "x-should-retry": "false"]
        var fault = Self.fault(refused)
        #expect(fault.retryAfterNanoseconds == 1_500_000_000)
        #expect(fault.vendorAllowsRetry == false)
        refused.headers = [
            "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s", "x-should-retry": "true",
        ]
        fault = Self.fault(refused)
        #expect(fault.retryAfterNanoseconds == 2_000_000_000)
        #expect(fault.vendorAllowsRetry == true)
        refused.headers = [:]
        #expect(Self.fault(refused).retryAfterNanoseconds == nil)
        #expect(Self.fault(refused).vendorAllowsRetry == nil)
    }

    @Test("Google's wait is in the body")
    func googlesWait() {
        let refused = Self.google(
            429, "RESOURCE_EXHAUSTED", "Quota exceeded", .rateLimited,
            details: #"[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}]"#)
        #expect(Self.fault(refused).retryAfterNanoseconds == 3_500_000_000)
    }

    @Test(
        "what fails below HTTP",
        arguments: [
            (.connect, .connect, false), (.connectTimeout, .connect, false), (.queueFull, .busy, false),
            (.queueTimeout, .busy, false), (.closedBeforeAnswer, .cut, true), (.cut, .cut, true),
            (.malformed, .malformed, true), (.timeout, .timeout, true),
        ] as [(UpstreamError.Kind, Fault.Kind, Bool)])
    func upstream(error: UpstreamError.Kind, kind: Fault.Kind, wasSent: Bool) throws {
        let fault = try #require(Fault(UpstreamError(error, "test")))
        #expect(fault.kind == kind)
        #expect(fault.wasSent == wasSent)
    }

    @Test(
        "nobody failed when the client left or the process ends", arguments: [UpstreamError.Kind.cancelled, .shutdown])
    func nobody(error: UpstreamError.Kind) {
        #expect(Fault(UpstreamError(error, "test")) == nil)
    }

    @Test("a credential that is lost between calls is not the target's fault, an answer that makes no sense is")
    func betweenCalls() {
        #expect(Fault(betweenCalls: .upstreamProtocol).blame == .target)
        #expect(Fault(betweenCalls: .upstreamCredentials).kind == .noCredential)
        #expect(Fault(betweenCalls: .upstreamCredentials).blame == .nobody)
        #expect(Fault(betweenCalls: .internal).blame == .nobody)
    }

    @Test("an answer that broke after it had begun counts; one that the client or the gateway ended does not")
    func afterCommit() {
        #expect(Fault(afterCommit: .upstreamBroke)?.kind == .cut)
        #expect(Fault(afterCommit: .upstreamRefused)?.kind == .cut)
        #expect(Fault(afterCommit: .upstreamTimeout)?.kind == .timeout)
        #expect(Fault(afterCommit: .upstreamProtocol)?.kind == .malformed)
        for kind in [GatewayError.Kind.clientClosed, .shuttingDown, .internal] {
            #expect(Fault(afterCommit: kind) == nil)
        }
    }
}
