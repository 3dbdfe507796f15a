import NIOHTTP1
import SluiceWire

/// What OpenAI's reasoning models refuse of a request that other models take, by the model's name.
///
/// Source: OpenAI's API reference and guide to reasoning models, with the messages that the API gives (read 2026-11).
enum ReasoningModelRules {
    /// Parameters of chat completions and responses that these models do not have.
    private static let unsupported = [
        "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "stop",
    ]

    static func check(_ root: JSONNode, _ name: ModelName) throws(RequestFault) {
        guard isReasoning(name.base) else { return }
        if has(root, "max_tokens") {
            throw RequestFault(
                .badRequest,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
                    + "instead.", param: "max_tokens", code: "unsupported_parameter")
        }
        for key in unsupported where has(root, key) && root[key]?.boolValue != false { throw fault(key) }
        // Without reasoning the later ones sample as other models do.
        let effort = (root["reasoning_effort"] ?? root["reasoning"]?["effort"])?.stringValue
        if effort == "none", name.base.hasPrefix("gpt-5.") { return }
        if let value = root["top_p"], !value.isNull, value.doubleValue != 1 { throw fault("top_p") }
        if let value = root["temperature"], !value.isNull, value.doubleValue != 1 {
            throw RequestFault(
                .badRequest,
                "Unsupported value: 'temperature' does not support \(value.numberText ?? "this") with this model. Only "
                    + "the default (1) value is supported.", param: "temperature", code: "unsupported_value")
        }
    }

    /// Whether it is one of the o-series or of GPT-5 and later, but for the chat models among these.
    static func isReasoning(_ name: String) -> Bool {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        if last.hasPrefix("gpt-5"), !last.contains("-chat") { return true }
        guard last.hasPrefix("o"), let digit = last.dropFirst().first, ("1"..."9").contains(digit) else { return false }
        let rest = last.dropFirst(2)
        return rest.isEmpty || rest.hasPrefix("-")
    }

    private static func has(_ root: JSONNode, _ key: String) -> Bool {
        root[key].map { !$0.isNull } ?? false
    }

    private static func fault(_ key: String) -> RequestFault {
        RequestFault(
            .badRequest, "Unsupported parameter: '\(key)' is not supported with this model.", param: key,
            code: "unsupported_parameter")
    }
}
