import NIOHTTP1
import SluiceWire

/// The rules of a messages request that depend on the model, for names that are Claude's.
///
/// They hold on Bedrock as well, where the same fields come in another envelope; so the checks take values, not paths.
struct ClaudeRules {
    let model: ClaudeModel

    init?(_ name: ModelName) {
        guard let model = ClaudeModel(name.base) else { return nil }
        self.model = model
    }

    func check(_ root: JSONNode) throws(RequestFault) {
        let thinking = root["thinking"]?["type"]?.stringValue
        try checkSampling(
            temperature: root["temperature"], topP: root["top_p"], topK: root["top_k"], isThinking: isOn(thinking))
        try checkThinking(root["thinking"], effort: root["output_config"]?["effort"]?.stringValue)
        try checkForcedTool(root["tool_choice"]?["type"]?.stringValue, isThinking: isOn(thinking))
        try checkTurns(root)
    }

    /// Whether a kind of thinking that was asked for is one that thinks.
    private func isOn(_ thinking: String?) -> Bool {
        thinking == "enabled" || thinking == "adaptive"
    }

    /// Sampling parameters. Models that have none still take the values that are the default.
    func checkSampling(
        temperature: JSONNode?, topP: JSONNode?, topK: JSONNode?, isThinking: Bool
    ) throws(RequestFault) {
        let present = [("temperature", temperature), ("top_p", topP), ("top_k", topK)]
            .compactMap { name, node in node.flatMap { $0.isNull ? nil : (name, $0) } }
        if !model.takesSampling {
            for (name, node) in present where node.doubleValue != 1 || name == "top_k" {
                throw fault("`\(name)` is deprecated for this model.", name)
            }
            return
        }
        if !model.takesBothSamplings, present.contains(where: { $0.0 == "temperature" }),
            present.contains(where: { $0.0 == "top_p" })
        {
            throw fault(
                "`temperature` and `top_p` cannot both be specified for this model. Please use only one.", "top_p")
        }
        guard isThinking else { return }
        for (name, node) in present {
            switch name {
            case "temperature" where node.doubleValue != 1:
                throw fault(
                    "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.", "temperature")
            case "top_p" where (node.doubleValue ?? 0) < 0.95:
                throw fault(
                    "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.", "top_p")
            case "top_k":
                throw fault("`top_k` must be unset when thinking is enabled or in adaptive mode.", "top_k")
            default: break
            }
        }
    }

    func checkThinking(_ thinking: JSONNode?, effort: String?) throws(RequestFault) {
        if let effort {
            guard !model.efforts.isEmpty else {
                throw fault("This model does not support the effort parameter.", "output_config.effort")
            }
            guard model.efforts.contains(effort) else {
                throw fault(
                    "This model does not support effort level '\(effort)'. Supported levels: "
                        + model.efforts.joined(separator: ", ") + ".", "output_config.effort")
            }
        }
        guard let name = thinking?["type"]?.stringValue, let kind = ClaudeModel.Thinking(rawValue: name) else { return }
        guard model.thinking.contains(kind) else {
            switch kind {
            case .adaptive: throw fault("adaptive thinking is not supported on this model", "thinking.type")
            case .enabled where model.thinking.contains(.adaptive):
                throw fault(
                    "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and "
                        + "\"output_config.effort\" to control thinking behavior.", "thinking.type")
            default:
                throw fault("\"thinking.type.\(name)\" is not supported for this model.", "thinking.type")
            }
        }
        let isOff = kind == .disabled || kind == .betweenTools
        if isOff, model.thinksByDefault, let effort, effort == "xhigh" || effort == "max" {
            throw fault(
                "\"thinking.type.\(name)\" is not supported with effort level '\(effort)' for this model.",
                "thinking.type")
        }
    }

    /// `choice` is `auto`, `any`, `tool` or `none`.
    func checkForcedTool(_ choice: String?, isThinking: Bool) throws(RequestFault) {
        guard choice == "any" || choice == "tool" else { return }
        guard model.takesForcedTools else {
            throw fault(
                "tool_choice: forced tool use (`any` or `tool`) is not supported for this model. Use `auto`.",
                "tool_choice.type")
        }
        guard !isThinking else {
            throw fault("Thinking may not be enabled when tool_choice forces tool use.", "tool_choice.type")
        }
    }

    /// The roles: a prefill at the end, turns of the system in the middle.
    private func checkTurns(_ root: JSONNode) throws(RequestFault) {
        guard let messages = root["messages"] else { return }
        var before = ""
        var index = 0
        for message in messages.elements {
            let role = message["role"]?.stringValue ?? ""
            if role == "system" {
                guard model.takesSystemTurns else {
                    throw AnthropicError.invalid("messages.\(index)", "role 'system' is not supported on this model")
                }
                guard before == "user" else {
                    throw AnthropicError.invalid(
                        "messages.\(index)", "role 'system' must immediately follow a 'user' message")
                }
            }
            before = role
            index += 1
        }
        if before == "assistant", !model.takesPrefill {
            throw fault(
                "This model does not support assistant message prefill. The conversation must end with a user "
                    + "message.", "messages")
        }
    }

    private func fault(_ message: String, _ param: String) -> RequestFault {
        RequestFault(.badRequest, message, param: param)
    }
}
