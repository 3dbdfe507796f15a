extension BedrockRequestWriter {
    /// Writes `toolConfig`, `system` and `messages`: cache points count in this order.
    mutating func writePrompt() throws(ConversionError) {
        try writeTools()
        let leading = request.messages.firstIndex { !isLeadingSystem($0) } ?? request.messages.count
        try writeSystem(request.messages[..<leading])
        // A prompt that the vendor keeps, named in place of the model, brings its own messages.
        if request.messages.count == leading, request.extras.value("promptVariables", of: .bedrock) != nil { return }
        json.key("messages")
        json.beginArray()
        try writeTurns(request.messages[leading...])
        closeTurn()
        json.endArray()
    }

    /// Whether a message may stand in `system`: it takes texts and guarded texts only.
    private func isLeadingSystem(_ message: NeutralMessage) -> Bool {
        guard message.role == .system || message.role == .developer else { return false }
        return message.parts.allSatisfy { part in
            if case .opaque(let opaque) = part.content { opaque.kind == "guardContent" } else { true }
        }
    }

    private mutating func writeSystem(_ messages: ArraySlice<NeutralMessage>) throws(ConversionError) {
        var isOpen = false
        func open(_ json: inout JSONWriter) {
            if !isOpen {
                json.key("system")
                json.beginArray()
            }
            isOpen = true
        }
        for message in messages {
            dropForeign(message.extras)
            for part in message.parts {
                if let marked = marked(part) {
                    open(&json)
                    writeMarked(marked)
                } else if let text = try systemText(part) {
                    open(&json)
                    writeText(text)
                    dropForeign(part.extras)
                } else {
                    continue
                }
                writeCachePoint(part.cacheHint)
            }
        }
        for text in instructions {
            open(&json)
            writeText(text)
        }
        if isOpen { json.endArray() }
    }

    /// The text of a part of a system message; `nil` for a blank one.
    private func systemText(_ part: NeutralPart) throws(ConversionError) -> JSONString? {
        switch part.content {
        case .text(let text), .refusal(let text): return text.isBlank ? nil : text
        case .document(let media):
            guard case .text(let text) = media.source else { break }
            return text.isBlank ? nil : text
        default: break
        }
        throw .unsupported("messages", "System messages to Bedrock hold text only.")
    }

    private mutating func writeTurns(_ messages: ArraySlice<NeutralMessage>) throws(ConversionError) {
        guard messages.contains(where: { $0.role == .user || $0.role == .tool }) else {
            throw .invalid("messages", "At least one user message is required.")
        }
        let lastUser = messages.lastIndex { $0.role == .user } ?? messages.startIndex
        let lastSpoken = messages.lastIndex { $0.role != .system && $0.role != .developer } ?? messages.startIndex
        if messages[lastSpoken].role == .assistant, !context.capabilities.allowsPrefill {
            throw .unsupported(
                "messages", "The model does not take the beginning of its answer: the last message must be the user's.")
        }
        for index in messages.indices {
            let message = messages[index]
            if message.name != nil { context.losses.drop("name") }
            switch message.role {
            case .system, .developer:
                if turn.pendingCalls.isEmpty {
                    try writeLaterSystem(message)
                } else {
                    turn.heldSystem.append(message)
                }
            case .user:
                try requireResults()
                let before = turn.blockCount
                for part in message.parts { try write(part, .user, isCurrent: true) }
                // A turn that says nothing is a turn still, unless it stands beside others of the user's.
                if turn.blockCount == before, turn.role != .user { writeBlockText("(empty)", .user) }
            case .assistant:
                try requireResults()
                let parts = index == lastSpoken ? Self.trimmedEnd(message.parts) : message.parts
                for part in parts { try write(part, .assistant, isCurrent: index > lastUser) }
            case .tool:
                for part in message.parts { try write(part, .user, isCurrent: true) }
                if turn.pendingCalls.isEmpty { try releaseSystem() }
            }
            keepExtras(message.extras)
        }
        try requireResults()
    }

    private mutating func requireResults() throws(ConversionError) {
        if let id = turn.pendingCalls.first {
            throw .invalid(
                "messages",
                "The result of tool call \(id) is missing: each call must be answered in the message after it.")
        }
        try releaseSystem()
    }

    private mutating func releaseSystem() throws(ConversionError) {
        let held = turn.heldSystem
        turn.heldSystem = []
        for message in held { try writeLaterSystem(message) }
    }

    private mutating func writeLaterSystem(_ message: NeutralMessage) throws(ConversionError) {
        guard context.capabilities.allowsSystemAnywhere else {
            for part in message.parts {
                if let text = try systemText(part) {
                    writeBlockText(JSONString.joined(["[system] ", text]), .user)
                    writeCachePoint(part.cacheHint)
                }
                dropForeign(part.extras)
            }
            return context.losses.adapt("system")
        }
        for part in message.parts { try write(part, .system, isCurrent: true) }
    }

    /// A beginning of an answer may not end in white space.
    private static func trimmedEnd(_ parts: [NeutralPart]) -> [NeutralPart] {
        guard let last = parts.last, case .text(let text) = last.content else { return parts }
        var bytes = text.utf8
        guard let end = bytes.last, end <= 0x20 else { return parts }
        while let byte = bytes.last, byte <= 0x20 { bytes.removeLast() }
        var parts = parts
        parts[parts.count - 1].content = .text(JSONString(utf8: bytes))
        return parts
    }

    /// Opens the message that a block of that role belongs to.
    mutating func beginBlock(_ role: BedrockRole) {
        if turn.role != role {
            closeTurn()
            if !turn.hasBegun, role == .assistant {
                turn.hasBegun = true
                writeBlockText("Continue.", .user)
                closeTurn()
                context.losses.adapt("messages")
            }
            turn.hasBegun = true
            turn.role = role
            json.beginObject()
            json.key("role")
            json.string(role.rawValue)
            json.key("content")
            json.beginArray()
        }
        turn.blockCount += 1
    }

    /// Writes a text block, which must not be blank.
    mutating func writeBlockText(_ text: JSONString, _ role: BedrockRole) {
        beginBlock(role)
        writeText(text)
        turn.hasText = true
    }

    private mutating func closeTurn() {
        guard turn.role != nil else { return }
        if turn.hasDocument, !turn.hasText { writeText("The documents are attached.") }
        json.endArray()
        for field in turn.extras {
            json.key(field.name)
            json.fragment(field.value)
        }
        json.endObject()
        turn.role = nil
        turn.extras = []
        turn.hasDocument = false
        turn.hasText = false
    }

    private mutating func keepExtras(_ extras: NeutralExtras) {
        for field in extras.fields {
            if field.origin == .bedrock, turn.role != nil {
                turn.extras.removeAll { $0.name == field.name }
                turn.extras.append(field)
            } else {
                context.losses.drop(field.name)
            }
        }
    }
}
