// Tool calls and sealed thoughts of a client's stream.
extension OpenAIChatStreamWriter {
    mutating func writeCall(
        _ index: Int,
        _ id: String,
        _ name: String,
        _ signature: NeutralSignature?,
        into output: inout [UInt8]
    ) {
        let number = callCount
        callCount += 1
        if isLegacy {
            guard number == 0 else {
                context.losses.drop("tool_calls")
                return open.append((index, .nothing))
            }
            chunk(into: &output) { json in
                json.key("function_call" as StaticString)
                json.beginObject()
                json.key("name" as StaticString)
                json.string(name)
                json.key("arguments" as StaticString)
                json.string("")
                json.endObject()
            }
            return open.append((index, .legacyCall(hasArguments: false)))
        }
        let sent = pending.takeID(of: id, signature: signature, &context)
        let isCustom = context.request.tools.contains { tool in
            if case .custom = tool.kind { tool.name == name } else { false }
        }
        chunk(into: &output) { json in
            Self.beginCall(number, to: &json)
            json.key("id" as StaticString)
            json.string(sent)
            json.key("type" as StaticString)
            json.string(isCustom ? "custom" : "function")
            json.key(isCustom ? "custom" : "function" as StaticString)
            json.beginObject()
            json.key("name" as StaticString)
            json.string(name)
            json.key(isCustom ? "input" : "arguments" as StaticString)
            json.string("")
            json.endObject()
            if let signature, signature.origin.dialect == .gemini {
                OpenAIChatGoogleSignature.write(signature.value, to: &json)
            }
            Self.endCall(&json)
        }
        open.append((index, .call(number: number, isCustom: isCustom, hasArguments: false)))
    }

    private static func beginCall(_ number: Int, to json: inout JSONWriter) {
        json.key("tool_calls" as StaticString)
        json.beginArray()
        json.beginObject()
        json.key("index" as StaticString)
        json.integer(number)
    }

    private static func endCall(_ json: inout JSONWriter) {
        json.endObject()
        json.endArray()
    }

    func writeArguments(_ text: JSONString, of number: Int, isCustom: Bool, into output: inout [UInt8]) {
        chunk(into: &output) { json in
            Self.beginCall(number, to: &json)
            json.key(isCustom ? "custom" : "function" as StaticString)
            json.beginObject()
            json.key(isCustom ? "input" : "arguments" as StaticString)
            json.string(text)
            json.endObject()
            Self.endCall(&json)
        }
    }

    func writeLegacyArguments(_ text: JSONString, into output: inout [UInt8]) {
        chunk(into: &output) { json in
            json.key("function_call" as StaticString)
            json.beginObject()
            json.key("arguments" as StaticString)
            json.string(text)
            json.endObject()
        }
    }

    mutating func writeDetail(
        _ text: JSONString?,
        _ signature: NeutralSignature,
        into output: inout [UInt8]
    ) {
        var list = JSONWriter()
        list.beginArray()
        guard OpenAIChatDetail.write(text, signature, at: detailCount, to: &list, &context) else { return }
        list.endArray()
        detailCount += 1
        chunk(into: &output) { json in
            json.key("reasoning_details" as StaticString)
            json.raw(list.bytes)
        }
    }
}
