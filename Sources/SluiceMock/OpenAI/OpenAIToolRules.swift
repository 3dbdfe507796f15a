import NIOHTTP1
import SluiceWire

/// The rules of the tools that chat completions and responses offer.
///
/// Source: OpenAI's guides to function calling and structured outputs, with the messages that the API gives (read
/// 2026-11).
enum OpenAIToolRules {
    private static let longestName = 64

    /// Checks the tools and returns their names. `place` gives the object that has a tool's name, and its path.
    @discardableResult
    static func check(
        _ tools: JSONNode?, _ place: (JSONNode, Int) -> (JSONNode, String)
    ) throws(RequestFault) -> Set<String> {
        var names: Set<String> = []
        for (index, tool) in (tools?.elements.map { $0 } ?? []).enumerated() {
            let (body, path) = place(tool, index)
            let name = body["name"]?.stringValue ?? ""
            guard ToolName.isValid(name, longest: longestName) else {
                throw badName("\(path).name", name, longest: longestName)
            }
            guard names.insert(name).inserted else { throw .invalid("\(path).name", "is there twice") }
            if let parameters = body["parameters"], !parameters.isNull {
                guard parameters.count == 0 || parameters["type"]?.stringValue == "object" else {
                    let type = parameters["type"]?.stringValue.map { "\"\($0)\"" } ?? "\"None\""
                    throw RequestFault(
                        .badRequest,
                        "Invalid schema for function '\(name)': schema must be a JSON Schema of 'type: \"object\"', "
                            + "got 'type: \(type)'.", param: "\(path).parameters", code: "invalid_function_parameters")
                }
                if body["strict"]?.boolValue == true {
                    try checkStrict(parameters, "function", name, "\(path).parameters")
                }
            }
        }
        return names
    }

    /// Strict schemas close every object and require every property.
    static func checkStrict(
        _ schema: JSONNode?, _ kind: String, _ name: String, _ param: String
    ) throws(RequestFault) {
        let code = kind == "function" ? "invalid_function_parameters" : nil
        if let path = StrictSchema.firstOpenObject(in: schema) {
            throw RequestFault(
                .badRequest,
                "Invalid schema for \(kind) '\(name)': In context=(\(context(path))), 'additionalProperties' is "
                    + "required to be supplied and to be false.", param: param, code: code)
        }
        if let path = StrictSchema.firstOptionalProperty(in: schema) {
            throw RequestFault(
                .badRequest,
                "Invalid schema for \(kind) '\(name)': In context=(\(context(path))), 'required' is required to be "
                    + "supplied and to be an array including every key in properties.", param: param, code: code)
        }
    }

    static func badName(_ path: String, _ name: String, longest: Int) -> RequestFault {
        guard name.utf8.count <= longest else {
            return RequestFault(
                .badRequest,
                "Invalid '\(path)': string too long. Expected a string with maximum length \(longest), but got a "
                    + "string with length \(name.utf8.count) instead.", param: path, code: "string_above_max_length")
        }
        return RequestFault(
            .badRequest,
            "Invalid '\(path)': string does not match pattern. Expected a string that matches the pattern "
                + "'^[a-zA-Z0-9_-]+$'.", param: path, code: "invalid_value")
    }

    private static func context(_ path: String) -> String {
        path.split(separator: ".").map { "'\($0)'" }.joined(separator: ", ")
    }
}
