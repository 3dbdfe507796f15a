import NIOHTTP1
import Synchronization

/// Decides the reply to each request. Everything but the counters and the memory of requests is a function of the
/// request.
final class MockService: Sendable {
    let configuration: MockConfiguration
    let statistics = MockStatistics()
    let served = ServedUsage()
    let recorder: RequestRecorder
    let failures = FailureCounter()
    private let lastRequest = Atomic<Int>(0)

    init(_ configuration: MockConfiguration) {
        self.configuration = configuration
        recorder = RequestRecorder(
            capacity: configuration.rememberedRequests, bodyLimit: configuration.rememberedBodyBytes)
    }

    /// The reply to a request, and whether it belongs to a vendor's API, which is what counts.
    func reply(to request: ReceivedRequest) -> (plan: ReplyPlan, isCounted: Bool) {
        let endpoint = Endpoint(uri: request.uri)
        if let endpoint, endpoint.isControl {
            return (control(endpoint, request), false)
        }
        recorder.record(request)
        MockStatistics.add(1, to: statistics.requests)
        let number = lastRequest.add(1, ordering: .relaxed).newValue
        let requestID = "req_mock_\(number)"
        var plan = vendorReply(endpoint, request, requestID)
        decorate(&plan, endpoint, request, requestID)
        switch plan.status.code {
        case ..<400: MockStatistics.add(1, to: statistics.succeeded)
        case ..<500: MockStatistics.add(1, to: statistics.refused)
        default: MockStatistics.add(1, to: statistics.failed)
        }
        return (plan, true)
    }

    /// The reply to a body that is too large, before all of it has come.
    func tooLarge(_ request: ReceivedRequest) -> ReplyPlan {
        let fault = RequestFault(
            .payloadTooLarge, "The body is larger than \(configuration.bodyLimitBytes) bytes.")
        var plan = ReplyPlan(
            status: fault.status, json: shape(Endpoint(uri: request.uri), request).body(fault, requestID: ""))
        plan.behaviour.closing = .announced
        return plan
    }

    private func vendorReply(_ endpoint: Endpoint?, _ request: ReceivedRequest, _ requestID: String) -> ReplyPlan {
        let shape = self.shape(endpoint, request)
        do throws(RequestFault) {
            guard let endpoint else {
                throw RequestFault(.notFound, "There is nothing at \(request.uri.prefix(200)).", code: "unknown_url")
            }
            try checkMethod(endpoint, request)
            try checkKey(request, shape)
            return try VendorEndpoints(service: self, request: request, shape: shape, requestID: requestID)
                .reply(endpoint)
        } catch {
            let shape = error.shape ?? shape
            var plan = ReplyPlan(status: error.status, json: shape.body(error, requestID: requestID))
            for (name, value) in shape.headers(error) { plan.headers.add(name: name, value: value) }
            if error.status == .methodNotAllowed, let endpoint {
                plan.headers.add(name: "allow", value: endpoint.methods.joined(separator: ", "))
            }
            return plan
        }
    }

    private func shape(_ endpoint: Endpoint?, _ request: ReceivedRequest) -> VendorShape {
        guard let shape = endpoint?.shape else { return request.vendor }
        // A stream of Google's is an array unless it is asked for as events, and so is its error.
        if case .gemini(.stream, _) = endpoint, RequestURI(request.uri).query("alt") != "sse" {
            return .gemini(inArray: true)
        }
        return shape
    }

    private func checkMethod(_ endpoint: Endpoint, _ request: ReceivedRequest) throws(RequestFault) {
        guard endpoint.methods.contains(request.method) else {
            throw RequestFault(
                .methodNotAllowed,
                "\(request.method) is not taken here; use \(endpoint.methods.joined(separator: " or ")).",
                code: "method_not_allowed")
        }
    }

    private func checkKey(_ request: ReceivedRequest, _ shape: VendorShape) throws(RequestFault) {
        if shape == .bedrock { return try BedrockAuthorization.check(request, key: configuration.requiredKey) }
        guard let required = configuration.requiredKey else { return }
        let key = shape.key(of: request)
        guard key.map(String.init) == required else { throw shape.keyFault(hasKey: key != nil) }
    }

    /// Adds the headers that vendors put on every reply, and those that a behaviour asks for.
    private func decorate(
        _ plan: inout ReplyPlan, _ endpoint: Endpoint?, _ request: ReceivedRequest, _ requestID: String
    ) {
        let shape = shape(endpoint, request)
        let isAnthropic = shape == .anthropic
        switch shape {
        case .anthropic: plan.headers.add(name: "request-id", value: requestID)
        case .bedrock: plan.headers.add(name: "x-amzn-requestid", value: requestID)
        case .gemini: plan.headers.add(name: "vary", value: "Origin, X-Origin, Referer")
        case .cohere: plan.headers.add(name: "x-trace-id", value: requestID)
        case .openAI, .ollama, .embeddingsInference: plan.headers.add(name: "x-request-id", value: requestID)
        }
        if shape == .openAI { plan.headers.add(name: "openai-processing-ms", value: "1") }
        if plan.behaviour.hasRateLimitHeaders {
            for (name, value) in isAnthropic ? VendorHeaders.anthropicLimits : VendorHeaders.openAILimits {
                plan.headers.add(name: name, value: value)
            }
        }
        if plan.behaviour.hasForeignHeaders {
            for (name, value) in VendorHeaders.foreign { plan.headers.add(name: name, value: value) }
        }
    }

    // MARK: The mock's own endpoints

    private func control(_ endpoint: Endpoint, _ request: ReceivedRequest) -> ReplyPlan {
        guard endpoint.methods.contains(request.method) else {
            let fault = RequestFault(
                .methodNotAllowed, "\(request.method) is not taken here.", code: "method_not_allowed")
            var plan = ReplyPlan(status: fault.status, json: VendorShape.openAI.body(fault, requestID: ""))
            plan.headers.add(name: "allow", value: endpoint.methods.joined(separator: ", "))
            return plan
        }
        switch endpoint {
        case .listing:
            if request.headers["accept"].contains(where: { $0.hasPrefix("text/") }) {
                return ReplyPlan(
                    contentType: "text/plain; charset=utf-8", body: .whole([.bytes(BehaviourListing.text())]))
            }
            return ReplyPlan(json: BehaviourListing.json())
        case .statistics:
            return ReplyPlan(json: statistics.json())
        case .usage where request.method == "DELETE":
            served.removeAll()
        case .usage:
            return ReplyPlan(json: served.json())
        case .requests where request.method == "DELETE":
            recorder.removeAll()
        case .requests:
            return ReplyPlan(json: recorder.json(requestID: RequestURI(request.uri).query("request-id")))
        case .failures:
            failures.removeAll()
        default:
            break
        }
        return ReplyPlan(json: .json { $0.member("status", "healthy") })
    }
}
