/// What the `details` of an error say: `google.rpc.RetryInfo`, `ErrorInfo`, `QuotaFailure`, `BadRequest`.
struct GeminiErrorDetails {
    /// When a retry may work, in seconds.
    private(set) var retryDelay: Double?
    /// A stable reason: `API_KEY_INVALID`.
    private(set) var reason: String?
    /// Whether a limit per day is used up, so that a retry within minutes does not help.
    private(set) var isDaily = false
    /// The first field at fault.
    private(set) var field: String?

    init(_ node: JSONNode?) {
        guard let node else { return }
        for detail in node.elements.prefix(32) {
            switch detail["@type"]?.stringValue.map({ String($0.drop { $0 != "/" }.dropFirst()) }) {
            case "google.rpc.RetryInfo": retryDelay = detail["retryDelay"]?.stringValue.flatMap { Self.seconds($0) }
            case "google.rpc.ErrorInfo": reason = detail["reason"]?.stringValue
            case "google.rpc.QuotaFailure":
                guard let violations = detail["violations"] else { continue }
                for violation in violations.elements.prefix(32)
                where violation["quotaId"]?.stringValue?.contains("PerDay") == true {
                    isDaily = true
                }
            case "google.rpc.BadRequest":
                field = detail["fieldViolations"]?[0]?["field"]?.stringValue
            default: break
            }
        }
    }

    /// A duration as ProtoJSON writes it: `37s`, `0.250s`.
    private static func seconds(_ text: String) -> Double? {
        guard text.hasSuffix("s"), let value = Double(text.dropLast()), value.isFinite, value >= 0 else { return nil }
        return value
    }
}
