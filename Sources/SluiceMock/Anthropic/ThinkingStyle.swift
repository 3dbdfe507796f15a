import SluiceWire

/// Whether and how the model thinks in one reply, and the signatures of that.
struct ThinkingStyle: Sendable, Equatable {
    /// Whether the request, or the model by itself, thinks.
    var isOn = false
    /// Whether the text is left out and only the signature comes.
    var isOmitted = false
    /// Who signs.
    var family = "mock"
    /// What the blocks are bound to; 0 for nothing.
    var prefix: UInt64 = 0

    /// Reads a checked messages request.
    init(_ root: JSONNode, _ name: ModelName) {
        self.init(thinking: root["thinking"], name)
        let model = ClaudeModel(name.base)
        if model?.hasPreservedThinking == true { prefix = ThinkingReplay.prefix(root) }
    }

    /// Reads `thinking` as it stands in a request, on any platform.
    init(thinking: JSONNode?, _ name: ModelName) {
        let model = ClaudeModel(name.base)
        family = model?.family ?? name.base
        switch thinking?["type"]?.stringValue {
        case "enabled", "adaptive": isOn = true
        case "disabled", "between_tools": isOn = false
        default: isOn = model?.thinksByDefault ?? false
        }
        switch thinking?["display"]?.stringValue {
        case "omitted": isOmitted = true
        case "summarized": isOmitted = false
        default: isOmitted = model?.omitsThinking ?? false
        }
    }

    /// What a client gets to see of the thinking.
    func shown(_ reasoning: AnswerText) -> String {
        isOmitted ? "" : reasoning.text
    }

    /// The signature of a thinking block.
    func signature(_ reasoning: AnswerText, seed: UInt64) -> String {
        ContentSignature(family: family, seed: seed, prefix: prefix).sign(shown(reasoning).utf8, as: .thinking)
    }

    /// The data of a block of redacted thinking.
    func redacted(_ index: Int, seed: UInt64) -> String {
        ContentSignature(family: family, seed: DeterministicHash.mix(seed, index), prefix: prefix)
            .sign([], as: .redactedThinking)
    }
}
