import SluiceWire

/// The rules of the contents of a generate request: parts, roles, how responses follow calls, and signatures.
struct GeminiTurns {
    let model: GeminiModel

    private static let data = [
        "text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult",
        "toolCall", "toolResponse",
    ]
    /// What may stand for the signature of a call that another model made.
    private static let placeholders = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"]

    func check(_ root: JSONNode) throws(RequestFault) {
        if let instruction = root["systemInstruction"], !instruction.isNull {
            try checkParts(instruction, "system_instruction")
        }
        let contents = root.list("contents")
        guard !contents.isEmpty else {
            throw GeminiError.invalid("contents", "* GenerateContentRequest.contents: contents is not specified")
        }
        var calls: [JSONNode] = []
        for (index, content) in contents.enumerated() {
            let path = "contents[\(index)]"
            let role = content.text("role") ?? "user"
            guard role == "user" || role == "model" else {
                throw GeminiError.invalid(path + ".role", "Please use a valid role: user, model.")
            }
            if !content.has("role"), contents.count > 1 {
                throw GeminiError.invalid(path + ".role", "Please use a valid role: user, model.")
            }
            try checkParts(content, path)
            calls = try checkCalls(content, role, path, calls, isFirst: index == 0)
        }
        guard calls.isEmpty else { throw Self.unequal() }
        try checkSignatures(contents)
    }

    private func checkParts(_ content: JSONNode, _ path: String) throws(RequestFault) {
        let parts = content.list("parts")
        guard !parts.isEmpty else {
            throw GeminiError.invalid(
                path + ".parts", "* GenerateContentRequest.\(path).parts: contents.parts must not be empty.")
        }
        for (index, part) in parts.enumerated() {
            let place = "\(path).parts[\(index)]"
            let count = Self.data.reduce(0) { $0 + (part.has($1) ? 1 : 0) }
            guard count == 1 else {
                throw GeminiError.invalid(
                    place,
                    count == 0
                        ? "* GenerateContentRequest.\(place).data: required oneof field 'data' must have one "
                            + "initialized field"
                        : "Invalid value at '\(place)' (oneof), oneof field 'data' is already set.")
            }
            for blob in [part["inlineData"]] + (part["functionResponse"]?.list("parts").map { $0["inlineData"] } ?? [])
            {
                guard let data = blob?.text("data") else { continue }
                guard Base64.decode(data) != nil else {
                    throw GeminiError.invalid(
                        place,
                        "Invalid value at '\(place).inline_data.data' (TYPE_BYTES), Base64 decoding failed for "
                            + "\"\(data.prefix(20))\"")
                }
            }
        }
    }

    /// Calls are answered by as many responses, of the same names, in the very next content. Returns the calls that
    /// this content leaves open.
    private func checkCalls(
        _ content: JSONNode, _ role: String, _ path: String, _ open: [JSONNode], isFirst: Bool
    ) throws(RequestFault) -> [JSONNode] {
        let parts = content.list("parts")
        let responses = parts.compactMap { $0["functionResponse"] }.filter { !$0.isNull }
        let calls = parts.compactMap { $0["functionCall"] }.filter { !$0.isNull }
        for name in (calls + responses).map({ $0.text("name") ?? "" }) where name.isEmpty {
            throw GeminiError.invalid(path, "* GenerateContentRequest.\(path).parts: function name cannot be empty.")
        }
        if open.isEmpty {
            guard responses.isEmpty else {
                throw GeminiError.invalid(
                    path, "Please ensure that function response turn comes immediately after a function call turn.")
            }
        } else {
            guard responses.count == open.count else { throw Self.unequal() }
            try match(responses, open, path)
        }
        guard !calls.isEmpty else { return [] }
        guard role == "model", !isFirst else {
            throw GeminiError.invalid(
                path,
                "Please ensure that function call turn comes immediately after a user turn or after a function "
                    + "response turn.")
        }
        return calls
    }

    private func match(_ responses: [JSONNode], _ calls: [JSONNode], _ path: String) throws(RequestFault) {
        var left = calls
        for response in responses {
            let name = response.text("name")
            let id = response.text("id").flatMap { $0.isEmpty ? nil : $0 }
            let found = left.firstIndex { call in
                guard call.text("name") == name else { return false }
                guard let id, let other = call.text("id"), !other.isEmpty else { return true }
                return id == other
            }
            guard let found else {
                throw GeminiError.invalid(
                    path,
                    "Function response \(name ?? "") does not match any function call of the preceding turn; name and "
                        + "id have to be those of the call.")
            }
            left.remove(at: found)
        }
    }

    // MARK: Signatures

    private func checkSignatures(_ contents: [JSONNode]) throws(RequestFault) {
        // A turn begins with what a user says; only the calls since then need their signatures.
        let turn =
            contents.lastIndex { content in
                content.text("role") != "model" && content.list("parts").contains { !$0.has("functionResponse") }
            } ?? 0
        for (index, content) in contents.enumerated() where content.text("role") == "model" {
            var isFirst = true
            for (place, part) in content.list("parts").enumerated() {
                let call = part["functionCall"].flatMap { $0.isNull ? nil : $0 }
                guard let signature = part.text("thoughtSignature"), !signature.isEmpty else {
                    if let call, isFirst, index > turn, model.needsSignatures { throw missing(call, index) }
                    if call != nil { isFirst = false }
                    continue
                }
                if call != nil { isFirst = false }
                guard Self.isValid(signature, call) else {
                    throw GeminiError.invalid(
                        "contents[\(index)].parts[\(place)].thought_signature", "Corrupted thought signature.")
                }
            }
        }
    }

    /// Whether the signature is the mock's own for this call, or for text, or a placeholder.
    private static func isValid(_ signature: String, _ call: JSONNode?) -> Bool {
        if placeholders.contains(signature) { return true }
        if let bytes = Base64.decode(signature), placeholders.contains(String(decoding: bytes, as: UTF8.self)) {
            return true
        }
        return ContentSignature.verify(signature, of: signedBytes(call), as: .thought) != nil
    }

    /// What the signature beside a call is of; that of text is of nothing, since text comes in pieces.
    static func signedBytes(_ call: JSONNode?) -> [UInt8] {
        guard let call else { return [] }
        return signedBytes(name: call.text("name") ?? "", arguments: call["args"])
    }

    static func signedBytes(name: String, arguments: JSONNode?) -> [UInt8] {
        let arguments = CanonicalJSON.bytes(arguments)
        return Array(name.utf8) + [0] + (arguments.isEmpty ? Array("{}".utf8) : arguments)
    }

    private func missing(_ call: JSONNode, _ index: Int) -> RequestFault {
        GeminiError.invalid(
            "contents[\(index)]",
            "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
                + "correctly, and missing thought_signature may lead to degraded model performance. Additional data, "
                + "function call `default_api:\(call.text("name") ?? "")` , position \(index + 1). Please refer to "
                + "https://ai.google.dev/gemini-api/docs/thought-signatures for more details.")
    }

    private static func unequal() -> RequestFault {
        GeminiError.invalid(
            "contents",
            "Please ensure that the number of function response parts is equal to the number of function call parts of "
                + "the function call turn.")
    }
}
