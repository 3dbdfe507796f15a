import NIOHTTP1
import SluiceWire

/// Google's errors: `{"error":{"code","message","status","details"}}`.
///
/// Source: google.rpc.Status and google.rpc.Code as the Gemini API writes them (read 2026-11).
enum GeminiError {
    static func body(_ fault: RequestFault, inArray: Bool) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        if inArray { json.beginArray() }
        json.object { write(fault, to: &$0) }
        if inArray { json.endArray() }
        return json.take()
    }

    /// Writes the member `error`.
    static func write(_ fault: RequestFault, to json: inout JSONWriter) {
        json.object("error") { json in
            json.member("code", Int(fault.status.code))
            json.member("message", fault.message)
            json.member("status", fault.vendorCode ?? status(for: Int(fault.status.code)))
            writeDetails(fault, to: &json)
        }
    }

    private static func writeDetails(_ fault: RequestFault, to json: inout JSONWriter) {
        if let wait = fault.retryAfter {
            json.array("details") { json in
                json.object { json in
                    json.member("@type", "type.googleapis.com/google.rpc.RetryInfo")
                    json.member("retryDelay", delay(wait))
                }
            }
        } else if fault.code == "API_KEY_INVALID" {
            json.array("details") { json in
                json.object { json in
                    json.member("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                    json.member("reason", "API_KEY_INVALID")
                    json.member("domain", "googleapis.com")
                }
            }
        } else if let param = fault.param, fault.status == .badRequest {
            json.array("details") { json in
                json.object { json in
                    json.member("@type", "type.googleapis.com/google.rpc.BadRequest")
                    json.array("fieldViolations") { json in
                        json.object { json in
                            json.member("field", param)
                            json.member("description", fault.message)
                        }
                    }
                }
            }
        }
    }

    /// A number of seconds, or `250ms`, as a duration of protocol buffers: `2s`, `0.250s`.
    private static func delay(_ wait: String) -> String {
        guard wait.hasSuffix("ms"), let milliseconds = Int(wait.dropLast(2)), milliseconds >= 0 else {
            return wait + "s"
        }
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest)s"
    }

    /// The vendor's words for a request of the wrong shape.
    static func fault(_ fault: ShapeFault) -> RequestFault {
        let parent = fault.path.lastIndex(of: ".").map { String(fault.path[..<$0]) }
        let name =
            fault.path.lastIndex(of: ".").map { String(fault.path[fault.path.index(after: $0)...]) } ?? fault.path
        let message =
            switch fault.kind {
            case .unknown:
                "Invalid JSON payload received. Unknown name \"\(name)\"\(parent.map { " at '\($0)'" } ?? ""): "
                    + "Cannot find field."
            case .missing: "* GenerateContentRequest.\(fault.path): is required"
            case .type, .value:
                fault.path.isEmpty
                    ? "Invalid JSON payload received: \(fault.problem)."
                    : "Invalid value at '\(fault.path)': \(fault.problem)."
            }
        return RequestFault(.badRequest, message, param: fault.path)
    }

    /// A fault at a place.
    static func invalid(_ path: String, _ message: String) -> RequestFault {
        RequestFault(.badRequest, message, param: path)
    }

    /// The code's name, by HTTP status.
    static func status(for status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404, 405: "NOT_FOUND"
        case 409: "ABORTED"
        case 429: "RESOURCE_EXHAUSTED"
        case 499: "CANCELLED"
        case 501: "UNIMPLEMENTED"
        case 503: "UNAVAILABLE"
        case 504: "DEADLINE_EXCEEDED"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }
}
