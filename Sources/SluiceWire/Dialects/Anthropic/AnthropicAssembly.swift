/// Puts a conversation into the order of messages that the vendor takes.
///
/// - the system messages at the beginning become `system`; later ones stand behind a user message where the model takes
///   them, else they are text in a user message
/// - the results of all calls of an assistant's turn stand first in the one user message that follows it; each call has
///   exactly one
/// - the first message is the user's; texts without anything but white space are left out
/// - thoughts go back only to the model that made them
///
/// Source: Anthropic Messages reference and tool use guide (read 2026-11).
struct AnthropicAssembly {
    private(set) var system: [NeutralPart] = []
    private(set) var turns: [AnthropicTurn] = []
    private(set) var losses: ConversionLosses
    private let model: String
    private let capabilities: ModelCapabilities
    /// Calls that have no result yet.
    private var open: [String] = []
    /// System messages that wait for their place.
    private var waiting: [NeutralPart] = []
    private var waitingExtras = NeutralExtras()

    /// Assembles the messages of a request. Throws where calls and results do not pair, and where no user speaks.
    init(_ messages: [NeutralMessage], _ context: RequestWriting) throws(ConversionError) {
        model = context.model
        capabilities = context.capabilities
        losses = context.losses
        turns.reserveCapacity(messages.count)
        let lastUser = messages.lastIndex { $0.role == .user } ?? 0
        for (index, message) in messages.enumerated() {
            if message.name != nil { losses.drop("name") }
            switch message.role {
            case .system, .developer: addSystem(message)
            case .user: try addUser(message)
            case .assistant: try addAssistant(message, isCurrent: index > lastUser)
            case .tool: try addResults(message)
            }
        }
        flushSystem()
        try finish()
    }

    /// Whether the model, were it to think, would miss thoughts of the step that it is in: the calls behind the last
    /// message of the user's were made without any that it can read.
    var lacksThoughts: Bool {
        guard let last = turns.last(where: { $0.role != .system }), last.role == .user, !last.results.isEmpty else {
            return false
        }
        for turn in turns.reversed() {
            switch turn.role {
            case .assistant: if turn.hasThoughts { return false }
            case .user: if turn.results.isEmpty { return true }
            case .system: break
            }
        }
        return true
    }

    /// Whether the conversation ends with the beginning of the answer.
    var endsInPrefill: Bool {
        guard let last = turns.last, last.role == .assistant, let part = last.parts.last else { return false }
        // A turn that the vendor paused goes on when it is sent back; it ends in a block of the vendor's.
        if case .opaque = part.content { return false }
        return true
    }

    /// Leaves all thoughts out.
    mutating func removeThoughts() {
        for index in turns.indices where turns[index].hasThoughts {
            losses.note("thinking")
            turns[index].parts.removeAll(where: AnthropicTurn.isThought)
        }
        turns.removeAll { $0.results.isEmpty && $0.parts.isEmpty && $0.extras.isEmpty }
    }

    // MARK: Roles

    private mutating func addSystem(_ message: NeutralMessage) {
        var parts: [NeutralPart] = []
        for part in message.parts {
            switch part.content {
            case .text(let text): if !text.isBlank { parts.append(part) }
            case .refusal(let text):
                if text.isBlank { continue }
                var part = part
                part.content = .text(text)
                parts.append(part)
            case .opaque(let opaque) where opaque.origin == .anthropic: parts.append(part)
            default: losses.drop("system")
            }
        }
        if turns.isEmpty, message.extras.isEmpty {
            if system.isEmpty { system = parts } else { system.append(contentsOf: parts) }
        } else {
            waiting.append(contentsOf: parts)
            for field in message.extras.fields { waitingExtras.append(field.name, field.value, from: field.origin) }
        }
    }

    private mutating func addUser(_ message: NeutralMessage) throws(ConversionError) {
        try checkAnswered()
        var parts: [NeutralPart] = []
        if !waiting.isEmpty || !waitingExtras.isEmpty {
            losses.adapt("system")
            // Where the model takes it behind a user message, it waits for the last one in the row.
            if !capabilities.allowsSystemAnywhere { parts = takeSystemText() }
        }
        for part in message.parts {
            switch part.content {
            case .text(let text), .refusal(let text):
                if let kept = keptText(part, text) { parts.append(kept) }
            case .image, .document: parts.append(part)
            case .audio: throw .unsupported("messages", "The model takes no audio input.")
            case .video: throw .unsupported("messages", "The model takes no video input.")
            case .opaque(let opaque):
                guard opaque.origin == .anthropic else {
                    throw .unsupported("messages", "The model takes no content of type \(opaque.kind).")
                }
                parts.append(part)
            case .thinking, .redactedThinking: losses.drop("thinking")
            case .toolCall, .toolResult:
                throw .invalid("messages", "Tool calls and their results cannot stand in a user message.")
            }
        }
        appendUser(parts, message.extras)
    }

    private mutating func addAssistant(_ message: NeutralMessage, isCurrent: Bool) throws(ConversionError) {
        flushSystem()
        // Two messages of the assistant in a row are one turn to the vendor: the second may bring further calls.
        let isContinued = !open.isEmpty && turns.last?.role == .assistant
        if !isContinued { try checkAnswered() }
        var parts: [NeutralPart] = []
        for part in message.parts {
            switch part.content {
            case .text(let text), .refusal(let text):
                if let kept = keptText(part, text) { parts.append(kept) }
            case .thinking, .redactedThinking:
                if part.signature?.origin.isFor(.anthropic, model: model) ?? false {
                    parts.append(part)
                } else if part.signature != nil, isCurrent {
                    losses.drop("thinking")
                } else {
                    losses.note("thinking")
                }
            case .toolCall(let call):
                if let signature = part.signature, !signature.origin.isFor(.anthropic, model: model) {
                    losses.note("thinking")
                }
                guard !open.contains(call.id) else {
                    throw .invalid("messages", "Two tool calls of one turn have the id \"\(Self.short(call.id))\".")
                }
                open.append(call.id)
                parts.append(part)
            case .opaque(let opaque):
                if opaque.origin == .anthropic { parts.append(part) } else { losses.drop(opaque.kind) }
            case .image: losses.drop("image")
            case .document: losses.drop("document")
            case .audio: losses.drop("audio")
            case .video: losses.drop("video")
            case .toolResult: throw .invalid("messages", "A tool's result cannot stand in an assistant message.")
            }
        }
        guard !parts.isEmpty || !message.extras.isEmpty else { return }
        if isContinued {
            turns[turns.count - 1].parts.append(contentsOf: parts)
        } else {
            turns.append(AnthropicTurn(role: .assistant, parts: parts, extras: message.extras))
        }
    }

    private mutating func addResults(_ message: NeutralMessage) throws(ConversionError) {
        for part in message.parts {
            guard case .toolResult(let result) = part.content else { continue }
            guard let index = open.firstIndex(of: result.callID) else {
                throw .invalid(
                    "messages",
                    "The tool result for \"\(Self.short(result.callID))\" answers no open tool call of the message before."
                )
            }
            open.remove(at: index)
            if turns.last?.role == .assistant { turns.append(AnthropicTurn(role: .user)) }
            turns[turns.count - 1].results.append(part)
        }
    }

    // MARK: Pieces

    private mutating func appendUser(_ parts: [NeutralPart], _ extras: NeutralExtras) {
        guard !parts.isEmpty || !extras.isEmpty else { return }
        if let last = turns.last, last.role == .user, !last.results.isEmpty, last.parts.isEmpty {
            turns[turns.count - 1].parts = parts
            turns[turns.count - 1].extras = extras
        } else {
            turns.append(AnthropicTurn(role: .user, parts: parts, extras: extras))
        }
    }

    private mutating func keptText(_ part: NeutralPart, _ text: JSONString) -> NeutralPart? {
        guard !text.isBlank else {
            if !text.isEmpty { losses.note("content") }
            return nil
        }
        var part = part
        part.content = .text(text)
        // Another vendor's seal over a text has no place here.
        if part.signature != nil { losses.note("thinking") }
        return part
    }

    /// Gives the waiting system messages their place behind the last message.
    private mutating func flushSystem() {
        guard !waiting.isEmpty || !waitingExtras.isEmpty else { return }
        if capabilities.allowsSystemAnywhere, turns.last?.role == .user, open.isEmpty {
            turns.append(AnthropicTurn(role: .system, parts: waiting, extras: waitingExtras))
            waiting = []
            waitingExtras = NeutralExtras()
        } else {
            losses.adapt("system")
            appendUser(takeSystemText(), NeutralExtras())
        }
    }

    private mutating func takeSystemText() -> [NeutralPart] {
        var parts: [NeutralPart] = []
        for var part in waiting {
            guard case .text(let text) = part.content else {
                losses.drop("system")
                continue
            }
            part.content = .text(JSONString.joined(["[system] ", text]))
            parts.append(part)
        }
        for field in waitingExtras.fields { losses.drop(field.name) }
        waiting = []
        waitingExtras = NeutralExtras()
        return parts
    }

    private func checkAnswered() throws(ConversionError) {
        guard let id = open.first else { return }
        throw .invalid(
            "messages",
            "The tool call \"\(Self.short(id))\" has no result: the message after it has to answer every call.")
    }

    private mutating func finish() throws(ConversionError) {
        try checkAnswered()
        guard turns.contains(where: { $0.role == .user }) else {
            throw .unsupported("messages", "The model needs a user message that is not empty.")
        }
        if turns.first?.role != .user {
            losses.adapt("messages")
            turns.insert(AnthropicTurn(role: .user, parts: [NeutralPart(.text("..."))]), at: 0)
        }
        guard endsInPrefill else { return }
        guard capabilities.allowsPrefill else {
            throw .unsupported(
                "messages", "The model does not go on with an assistant message: the last message has to be the user's."
            )
        }
        let last = turns.count - 1
        let end = turns[last].parts.count - 1
        if case .text(let text) = turns[last].parts[end].content {
            turns[last].parts[end].content = .text(Self.trimmed(text))
        }
    }

    /// A text without white space at its end, which the vendor refuses there.
    private static func trimmed(_ text: JSONString) -> JSONString {
        var bytes = text.escaped
        while let last = bytes.last {
            if last == 0x20 {
                bytes.removeLast()
                continue
            }
            guard last == UInt8(ascii: "n") || last == UInt8(ascii: "r") || last == UInt8(ascii: "t") else { break }
            // An escape, unless its backslash is itself escaped.
            let slashes = bytes.dropLast().reversed().prefix { $0 == JSONToken.backslash }.count
            guard slashes % 2 == 1 else { break }
            bytes.removeLast(2)
        }
        return JSONString(escaped: bytes)
    }

    private static func short(_ id: String) -> String {
        id.utf8.count <= 64 ? id : String(id.prefix(64)) + "..."
    }
}
