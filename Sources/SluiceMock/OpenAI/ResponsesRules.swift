import NIOHTTP1
import SluiceWire

/// The rules of the input items of a Responses request: how calls and their outputs pair, what may stand in whose
/// message, and that reasoning comes back as it was given out.
enum ResponsesRules {
    private static let idPrefixes = [
        "message": "msg", "function_call": "fc", "function_call_output": "fc", "reasoning": "rs",
    ]

    /// Checks the items, whose shapes are checked already.
    static func check(_ input: JSONNode) throws(RequestFault) {
        var calls: Set<String> = []
        var answered: Set<String> = []
        var ids: Set<String> = []
        var reasoning: String?
        var index = 0
        for item in input.elements {
            let type = item["type"]?.stringValue ?? "message"
            let path = "input[\(index)]"
            if let id = item["id"]?.stringValue {
                try check(id: id, type, path)
                guard ids.insert(id).inserted else {
                    throw fault("Duplicate item found with id \(id). Remove duplicate items from your input.", "input")
                }
            }
            let isAnswer = type == "function_call" || item["role"]?.stringValue == "assistant"
            if let reasoning, !isAnswer, type != "reasoning" { throw orphan(reasoning) }
            reasoning = nil
            switch type {
            case "function_call":
                let id = item["call_id"]?.stringValue ?? ""
                try check(call: item, id, path)
                calls.insert(id)
            case "function_call_output":
                let id = item["call_id"]?.stringValue ?? ""
                guard calls.contains(id) else {
                    throw fault("No tool call found for function call output with call_id \(id).", "input")
                }
                answered.insert(id)
            case "reasoning":
                reasoning = item["id"]?.stringValue ?? path
                try check(reasoning: item, path)
            default:
                try check(message: item, path)
            }
            index += 1
        }
        if let reasoning { throw orphan(reasoning) }
        if let open = calls.subtracting(answered).min() {
            throw fault("No tool output found for function call \(open).", "input")
        }
    }

    private static func check(id: String, _ type: String, _ path: String) throws(RequestFault) {
        guard (1...64).contains(id.utf8.count) else {
            throw fault(
                "Invalid '\(path).id': string too long. Expected a string with maximum length 64.", "\(path).id")
        }
        guard let prefix = idPrefixes[type], !id.hasPrefix(prefix) else { return }
        throw fault("Invalid '\(path).id': '\(id)'. Expected an ID that begins with '\(prefix)'.", "\(path).id")
    }

    private static func check(call: JSONNode, _ id: String, _ path: String) throws(RequestFault) {
        guard (1...64).contains(id.utf8.count) else {
            throw fault(
                "Invalid '\(path).call_id': string too long. Expected a string with maximum length 64, but got a "
                    + "string with length \(id.utf8.count) instead.", "\(path).call_id",
                code: "string_above_max_length")
        }
        guard ToolName.isValid(call["name"]?.stringValue ?? "", longest: 128) else {
            throw fault(
                "Invalid '\(path).name': string does not match pattern. Expected a string that matches the pattern "
                    + "'^[a-zA-Z0-9_-]+$'.", "\(path).name")
        }
    }

    /// Encrypted content is what the mock gave out, to the byte.
    private static func check(reasoning: JSONNode, _ path: String) throws(RequestFault) {
        guard let content = reasoning["encrypted_content"]?.stringValue else { return }
        guard ContentSignature.verify(content, of: [], as: .reasoningItem) != nil else {
            throw fault(
                "The encrypted content \(content.prefix(8))... could not be verified. Reason: Encrypted content could "
                    + "not be decrypted or parsed.", "\(path).encrypted_content", code: "invalid_encrypted_content")
        }
    }

    /// What the user says is input, what the assistant said is output.
    private static func check(message: JSONNode, _ path: String) throws(RequestFault) {
        let isAssistant = message["role"]?.stringValue == "assistant"
        for (index, part) in message.list("content").enumerated() {
            let type = part["type"]?.stringValue ?? ""
            let isOutput = type == "output_text" || type == "refusal"
            guard isOutput != isAssistant else { continue }
            let supported =
                isAssistant ? "'output_text' and 'refusal'" : "'input_text', 'input_image', and 'input_file'"
            throw fault(
                "Invalid value: '\(type)'. Supported values are: \(supported).", "\(path).content[\(index)]")
        }
    }

    private static func orphan(_ id: String) -> RequestFault {
        fault("Item '\(id)' of type 'reasoning' was provided without its required following item.", "input")
    }

    private static func fault(_ message: String, _ param: String, code: String = "invalid_value") -> RequestFault {
        RequestFault(.badRequest, message, param: param, code: code)
    }
}
