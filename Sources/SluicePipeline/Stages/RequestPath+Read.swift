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
        do throws(OpenAIRequestError) {
            let form: ScannedRequest.Form =
                switch request.surface.body {
                case .form:
                    .multipart(
                        try OpenAIFormScan.scan(body.readableBytesUInt8Span, contentType: head.fields.contentType ?? "")
                    )
                case .json, .none:
                    .json(try OpenAIRequestScan.scan(body.readableBytesUInt8Span))
                }
            let scanned = ScannedRequest(body: body, form: form)
            state.record.model = scanned.model
            state.record.isStreamed = scanned.isStreaming
            return scanned
        } catch {
            throw Self.explain(error)
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
        if surface.body == .json, type.isField("application/json") { return }
        let essence = MediaType.essence(type)
        switch surface.body {
        case .form where essence != "multipart/form-data":
            throw GatewayError(.unsupportedMediaType, "\(surface.route) takes multipart/form-data, not \(essence).")
        case .json where essence != "application/json" && !essence.hasSuffix("+json"):
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
