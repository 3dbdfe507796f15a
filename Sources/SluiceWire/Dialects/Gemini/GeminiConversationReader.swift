/// Reads `contents` and `systemInstruction` of a client's request into turns.
///
/// A content without a role is the user's. Function responses become the tools' turn, whatever else is in their content
/// the user's turn after it. Contents of the model that follow each other are one turn: SDKs keep a streamed answer as
/// one content for each chunk. A call without an id gets one from its place, and a response without one belongs to
/// the first call of its name that is still open.
struct GeminiConversationReader {
    struct Pending {
        var id: String
        var name: String
    }

    let seal: any CarrierSeal
    /// What could not be carried.
    var losses = ConversionLosses()
    /// The turns so far.
    var messages: [NeutralMessage] = []
    var pending: [Pending] = []
    var callCount = 0
    var openCall: GeminiOpenCall?

    init(seal: any CarrierSeal) {
        self.seal = seal
    }

    /// Reads `systemInstruction`, which must come before the contents: texts only.
    mutating func readSystem(_ node: JSONNode) throws(ConversionError) {
        guard node.kind == .object else {
            throw .invalid("systemInstruction", "systemInstruction: expected a Content object with parts.")
        }
        var message = NeutralMessage(.system, [])
        for (key, value) in node.members where !value.isNull {
            switch GeminiName.camel(key) {
            case "role": break
            case "parts":
                for (index, part) in value.geminiList.enumerated() {
                    let fields = GeminiPartFields(part)
                    guard case .text = fields.kind, let text = JSONString(fields.value), !fields.isAmbiguous else {
                        let place = GeminiPlace(part: index).field()
                        throw .invalid(place, "\(place): the system instruction takes text parts only.")
                    }
                    message.parts.append(NeutralPart(.text(text), extras: fields.extras))
                }
            default: message.extras.append(GeminiName.camel(key), JSONFragment(value), from: .gemini)
            }
        }
        if !message.parts.isEmpty { messages.append(message) }
    }

    /// Reads `contents`.
    mutating func readContents(_ node: JSONNode) throws(ConversionError) {
        for (index, content) in node.geminiList.enumerated() {
            try readContent(content, GeminiPlace(content: index))
        }
        try closeCall()
    }

    private mutating func readContent(_ node: JSONNode, _ place: GeminiPlace) throws(ConversionError) {
        guard node.kind == .object else {
            throw .invalid(place.field(), "\(place.field()): expected a Content object.")
        }
        var isModel = false
        var parts: [JSONNode] = []
        var extras = NeutralExtras()
        for (key, value) in node.members where !value.isNull {
            switch GeminiName.camel(key) {
            case "role": isModel = try Self.isModel(value, place)
            case "parts": parts = value.geminiList
            default: extras.append(GeminiName.camel(key), JSONFragment(value), from: .gemini)
            }
        }
        if isModel {
            try readModel(parts, extras, place)
        } else {
            guard !parts.isEmpty else {
                throw .invalid(place.field("parts"), "\(place.field("parts")): must not be empty.")
            }
            try closeCall()
            try readUser(parts, extras, place)
        }
    }

    private static func isModel(_ node: JSONNode, _ place: GeminiPlace) throws(ConversionError) -> Bool {
        switch node.stringValue?.lowercased() {
        case "model": return true
        // `function` is the older name of the turn with the responses.
        case "user", "function", "": return false
        default:
            throw .invalid(place.field("role"), "\(place.field("role")): expected user or model.")
        }
    }

    func fields(_ node: JSONNode, _ place: GeminiPlace) throws(ConversionError) -> GeminiPartFields {
        let fields = GeminiPartFields(node)
        guard node.kind == .object, !fields.isAmbiguous, fields.kind != nil || fields.signature != nil else {
            throw .invalid(place.field(), "\(place.field()): a part must have exactly one kind of data, such as text.")
        }
        return fields
    }

    // MARK: The user's contents

    private mutating func readUser(
        _ nodes: [JSONNode], _ extras: NeutralExtras, _ place: GeminiPlace
    ) throws(ConversionError) {
        var place = place
        var results: [NeutralPart] = []
        var others: [NeutralPart] = []
        for (index, node) in nodes.enumerated() {
            place.part = index
            let fields = try fields(node, place)
            switch fields.kind {
            case .functionResponse:
                results.append(try result(fields, place))
            case .functionCall:
                throw .invalid(place.field("functionCall"), "\(place.field()): calls belong to the role model.")
            default:
                others.append(try plain(fields, node, place))
            }
        }
        if !results.isEmpty {
            if messages.last?.role == .tool {
                messages[messages.count - 1].parts += results
            } else {
                messages.append(NeutralMessage(.tool, results, extras: others.isEmpty ? extras : NeutralExtras()))
            }
        }
        if !others.isEmpty { messages.append(NeutralMessage(.user, others, extras: extras)) }
    }

    private mutating func result(_ fields: GeminiPartFields, _ place: GeminiPlace) throws(ConversionError)
        -> NeutralPart
    {
        var id: JSONString?
        var name: String?
        var result = NeutralToolResult(callID: "", parts: [])
        var extras = fields.extras
        var media: [NeutralPart] = []
        for (key, value) in fields.members where !value.isNull {
            let member = GeminiName.camel(key)
            switch member {
            case "id": id = JSONString(value).flatMap { $0.isEmpty ? nil : $0 }
            case "name": name = value.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            case "response":
                guard value.kind == .object else {
                    let field = place.field("functionResponse.response")
                    throw .invalid(field, "\(field): expected an object.")
                }
                let (text, isError) = GeminiFunctionResult.read(value)
                result.isError = isError
                result.parts = [NeutralPart(.text(text))]
            case "parts":
                for (index, node) in value.geminiList.enumerated() {
                    media.append(try medium(GeminiPartFields(node), "functionResponse.parts[\(index)]", place))
                }
            default: extras.append("functionResponse.\(member)", JSONFragment(value), from: .gemini)
            }
        }
        result.parts += media
        result.callID = try answered(id, name, place)
        result.name = name
        return NeutralPart(.toolResult(result), extras: extras)
    }

    /// The id of the call that a response answers; the call is then no longer open.
    private mutating func answered(
        _ id: JSONString?, _ name: String?, _ place: GeminiPlace
    ) throws(ConversionError) -> String {
        if let id {
            let (original, _) = ToolCallCarrier.decode(id, seal: seal, losses: &losses)
            if let index = pending.firstIndex(where: { $0.id == original }) { pending.remove(at: index) }
            return original
        }
        guard let index = pending.firstIndex(where: { name == nil || $0.name == name }) else {
            let field = place.field("functionResponse.name")
            throw .invalid(field, "\(field): no call of this name is waiting for a response.")
        }
        return pending.remove(at: index).id
    }

    private func plain(
        _ fields: GeminiPartFields, _ node: JSONNode, _ place: GeminiPlace
    ) throws(ConversionError) -> NeutralPart {
        switch fields.kind {
        case .text, nil:
            guard let text = fields.kind == nil ? .empty : JSONString(fields.value) else {
                throw .invalid(place.field("text"), "\(place.field("text")): expected a string.")
            }
            return NeutralPart(.text(text), extras: fields.extras)
        case .opaque(let kind):
            return NeutralPart(.opaque(NeutralOpaque(origin: .gemini, kind: kind, value: JSONFragment(node))))
        default:
            return try medium(fields, "", place)
        }
    }

    func medium(
        _ fields: GeminiPartFields, _ name: String, _ place: GeminiPlace
    ) throws(ConversionError) -> NeutralPart {
        let content: NeutralPart.Content? =
            switch fields.kind {
            case .inlineData: fields.value.flatMap { GeminiMedia.inline($0) }
            case .fileData: fields.value.flatMap { GeminiMedia.file($0) }
            default: nil
            }
        guard let content else {
            let field = place.field(name)
            throw .invalid(
                field, "\(field): expected inlineData with mimeType and base64 data, or fileData with fileUri.")
        }
        return NeutralPart(content, extras: fields.extras)
    }
}
