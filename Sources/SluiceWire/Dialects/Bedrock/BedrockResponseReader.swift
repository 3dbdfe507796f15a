/// Reads the body of a Converse answer.
///
/// `{"output":{"message":{"role":"assistant","content":[...]}},"stopReason":"end_turn","usage":{...},"metrics":{...}}`.
/// Source: the service model of bedrock-runtime, `ConverseResponse` (read 2026-11).
enum BedrockResponseReader {
    static func read(_ root: JSONNode, _ context: inout ResponseReading) throws(ConversionError) -> NeutralResponse {
        var reader = BedrockContentReader(.provider(model: context.model, BedrockToolNames(context.request.tools)))
        var parts: [NeutralPart]?
        var reason: String?
        var usage: TokenUsage?
        var tier: NeutralServiceTier?
        var fields: JSONNode?
        var extras = NeutralExtras()
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "output":
                guard let content = value["message"]?["content"] else { break }
                parts = try reader.parts(content, BedrockPath(root: "output.message.content"))
            case "stopReason": reason = value.stringValue
            case "usage": usage = BedrockUsage.read(value)
            case "serviceTier": tier = Self.tier(value)
            case "additionalModelResponseFields": fields = value
            // How long that one call took: of no meaning for another.
            case "metrics": break
            default: extras.append(key, JSONFragment(value), from: .bedrock)
            }
        }
        guard let parts, let reason else {
            throw .malformed("The provider's answer has no \(parts == nil ? "message" : "stopReason").")
        }
        context.losses.merge(reader.losses)
        var finish = NeutralFinish(BedrockStopReason.read(reason), vendorWord: reason)
        finish.stopSequence = Self.stopSequence(fields)
        var response = NeutralResponse(parts: parts, finish: finish, usage: usage)
        response.serviceTier = tier
        response.extras = extras
        if let fields, !Self.isStopSequenceOnly(fields) {
            response.extras.append("additionalModelResponseFields", JSONFragment(fields), from: .bedrock)
        }
        return response
    }

    /// The stop sequence among the model's own fields.
    static func stopSequence(_ fields: JSONNode?) -> JSONString? {
        JSONString(fields?["stop_sequence"])
    }

    /// Whether the model's own fields hold nothing that ``stopSequence(_:)`` does not.
    static func isStopSequenceOnly(_ fields: JSONNode) -> Bool {
        guard let value = fields["stop_sequence"] else { return false }
        return fields.count == 1 && (value.isNull || value.kind == .string)
    }

    private static func tier(_ node: JSONNode) -> NeutralServiceTier? {
        switch node["type"]?.stringValue {
        case "default": .standard
        case "priority": .priority
        case "flex": .flex
        case "reserved": .reserved
        default: nil
        }
    }
}
