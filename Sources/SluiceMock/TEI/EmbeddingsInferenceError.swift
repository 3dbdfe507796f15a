import NIOHTTP1

/// The errors of Text Embeddings Inference: `{"error","error_type"}`.
///
/// Source: its OpenAPI document (read 2026-11).
enum EmbeddingsInferenceError {
    static func body(_ fault: RequestFault) -> [UInt8] {
        .json { json in
            json.member("error", fault.message)
            json.member("error_type", fault.vendorCode ?? type(for: Int(fault.status.code)))
        }
    }

    static func fault(_ fault: ShapeFault) -> RequestFault {
        let message =
            switch fault.kind {
            case .unknown: "\(fault.path): unknown field"
            case .missing: "missing field `\(fault.path)`"
            case .type, .value: "\(fault.path): \(fault.problem)"
            }
        return RequestFault(
            .unprocessableEntity, "Failed to deserialize the JSON body into the target type: \(message)")
    }

    private static func type(for status: Int) -> String {
        switch status {
        case 413, 400, 422: "Validation"
        case 424: "Backend"
        case 429: "Overloaded"
        case 503: "Unhealthy"
        default: "Backend"
        }
    }
}
