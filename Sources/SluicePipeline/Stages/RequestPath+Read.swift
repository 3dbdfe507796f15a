import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

extension RequestPath {
    /// Stage 3: the body, up to the limit, and one scan of it. `nil` for surfaces without a body.
    func read(_ state: ExchangeState, _ request: IdentifiedRequest) async throws(GatewayError) -> ScannedRequest? {
        guard request.surface.body != .none, !request.isPreflight else { return nil }
        let head = state.exchange.head
        try self.checkMediaType(head, request.surface)
        let body = try await state.exchange.readBody(limitBytes: state.snapshot.bodyLimitBytes, budget: self.bodyBudget)
        state.record.requestBytes = Int64(clamping: body.readableBytes)
        let scanned = try Self.scanned(body, request, head)
        if scanned.surface != request.surface { state.bodySurface = scanned.surface }
        state.record.model = scanned.model
        state.outputTokenLimit = scanned.outputTokenLimit
        state.record.isStreamed = scanned.isStreaming
        return scanned
    }

    /// One scan of a whole body.
    static func scanned(
        _ body: ByteBuffer,
        _ request: IdentifiedRequest,
        _ head: RequestHead
    ) throws(GatewayError) -> ScannedRequest {
        do throws(OpenAIRequestError) {
            return try Self.scan(body, request, contentType: head.fields.contentType)
        } catch {
            throw Self.explain(error)
        }
    }

    private static func scan(
        _ body: ByteBuffer,
        _ request: IdentifiedRequest,
        contentType: String?
    ) throws(OpenAIRequestError) -> ScannedRequest {
        let bytes = body.readableBytesUInt8Span
        let surface = request.surface
        switch surface.body {
        case .form:
            let scan = try OpenAIFormScan.scan(bytes, contentType: contentType ?? "")
            return ScannedRequest(body: body, form: .multipart(scan), surface: surface)
        case .jsonPathModel:
            let model = try OpenAIRequestScan.validate(bytes, model: request.modelID ?? "")
            let form = ScannedRequest.Form.path(model: model, isStreaming: surface.isStreamingPath)
            return ScannedRequest(body: body, form: form, surface: surface)
        case .json, .none:
            let scan = try OpenAIRequestScan.scan(bytes)
            let isTEI = surface == .rerank && scan.has("texts", in: bytes) && !scan.has("documents", in: bytes)
            return ScannedRequest(body: body, form: .json(scan), surface: isTEI ? .teiRerank : surface)
        }
    }

    private func checkMediaType(_ head: RequestHead, _ surface: Surface) throws(GatewayError) {
        if let encoding = head.fields.contentEncoding, !encoding.isField("identity") {
            throw GatewayError(.unsupportedMediaType, "Request bodies are taken without Content-Encoding only.")
        }
        guard let type = head.fields.contentType else {
            guard surface.body == .form else { return }
            throw GatewayError(.unsupportedMediaType, "\(surface.route) takes multipart/form-data.")
        }
        if surface.body != .form, type.isField("application/json") { return }
        let essence = MediaType.essence(type)
        switch surface.body {
        case .form where essence != "multipart/form-data":
            throw GatewayError(.unsupportedMediaType, "\(surface.route) takes multipart/form-data, not \(essence).")
        case .json where essence != "application/json" && !essence.hasSuffix("+json"),
            .jsonPathModel where essence != "application/json" && !essence.hasSuffix("+json"):
            throw GatewayError(
                .unsupportedMediaType,
                "\(surface.route) takes application/json, not \(essence). Send Content-Type: application/json."
            )
        default:
            break
        }
    }

    private static func explain(_ error: OpenAIRequestError) -> GatewayError {
        let kind: GatewayError.Kind =
            switch error.kind {
            case .malformedJSON, .malformedForm: .malformedJSON
            case .missingModel: .missingModel
            default: .invalidParameter
            }
        return GatewayError(kind, error.message, parameter: error.param)
    }
}
