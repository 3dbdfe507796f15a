import NIOHTTP1

/// Ollama's errors: `{"error":"..."}`.
///
/// The server itself passes over fields that it does not know; the mock does not, since a test wants to hear of them.
enum OllamaError {
    static func body(_ fault: RequestFault) -> [UInt8] {
        .json { $0.member("error", fault.message) }
    }

    /// Go's words for JSON of the wrong shape, like
    /// `json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string`.
    static func fault(_ fault: ShapeFault) -> RequestFault {
        let path = fieldPath(fault.path)
        let message: String
        switch fault.kind {
        case .unknown: message = "json: unknown field \"\(path.split(separator: ".").last ?? "")\""
        case .missing: message = "\(path) is required"
        case .type:
            // The problem reads `expected a string, found an array`.
            let parts = fault.problem.split(separator: ", found ", maxSplits: 1)
            let found = parts.count > 1 ? String(parts[1]) : "value"
            let expected = parts.first.map { String($0).replacing("expected ", with: "") } ?? "value"
            message =
                "json: cannot unmarshal \(kind(found)) into Go struct field \(path) of type \(type(expected))"
        case .value: message = "invalid \(path): \(fault.problem)"
        }
        return RequestFault(.badRequest, message, param: fault.path)
    }

    /// `messages[0].content` as Go writes it, without indexes.
    private static func fieldPath(_ path: String) -> String {
        var result = ""
        var isInside = false
        for character in path {
            if character == "[" { isInside = true }
            if !isInside { result.append(character) }
            if character == "]" { isInside = false }
        }
        return result
    }

    private static func kind(_ words: String) -> String {
        if words.hasPrefix("an array") { return "array" }
        if words.hasPrefix("an object") { return "object" }
        if words == "true" || words == "false" { return "bool" }
        if words.hasPrefix("\"") || words == "a long string" { return "string" }
        return words == "null" ? "null" : "number"
    }

    private static func type(_ words: String) -> String {
        if words.hasPrefix("a string") || words.hasPrefix("one of") { return "string" }
        if words.hasPrefix("an array") { return "[]" }
        if words.hasPrefix("an object") { return "map[string]interface {}" }
        if words.hasPrefix("true") { return "bool" }
        return words.hasPrefix("an integer") ? "int" : "float64"
    }
}
