/// The members of an answer, or of one chunk of a stream, that the gateway looks at.
struct GeminiChunk {
    /// What a candidate says beside its parts that has a place in no other dialect.
    static let candidateExtras: Set<String> = [
        "citationMetadata", "groundingMetadata", "urlContextMetadata", "logprobsResult", "continuationToken",
    ]

    /// The vendor gave up.
    private(set) var error: JSONNode?
    /// Whether there is a candidate, the first; others are not looked at.
    private(set) var hasCandidate = false
    /// The candidate's parts.
    private(set) var parts: [JSONNode] = []
    /// Why the candidate ended.
    private(set) var finishWord: String?
    /// The vendor's explanation of that.
    private(set) var finishMessage: JSONNode?
    /// The members of ``candidateExtras``.
    private(set) var extras: [(name: String, value: JSONNode)] = []
    /// A prompt that was refused.
    private(set) var feedback: JSONNode?
    /// What it cost so far.
    private(set) var usage: JSONNode?
    /// The model that answers.
    private(set) var model: String?
    /// The id of the answer.
    private(set) var id: String?

    init(_ root: JSONNode) {
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "candidates": read(candidates: value)
            case "promptFeedback": feedback = value
            case "usageMetadata": usage = value
            case "modelVersion": model = value.stringValue
            case "responseId": id = value.stringValue
            case "error": error = value
            default: break
            }
        }
    }

    private mutating func read(candidates: JSONNode) {
        let candidate = candidates.elements.first { candidate in
            candidate["index"].flatMap { NumberText($0)?.int } ?? 0 == 0
        }
        guard let candidate, candidate.kind == .object else { return }
        hasCandidate = true
        for (key, value) in candidate.members where !value.isNull {
            switch key {
            case "content":
                if let list = value["parts"] { parts = list.geminiList }
            case "finishReason":
                finishWord = value.stringValue.flatMap { $0 == "FINISH_REASON_UNSPECIFIED" ? nil : $0 }
            case "finishMessage": finishMessage = value
            case _ where Self.candidateExtras.contains(key): extras.append((key, value))
            default: break
            }
        }
    }

    /// Why the answer ended; `nil` when the chunk does not say.
    func finish(hasCalls: Bool) -> NeutralFinish? {
        guard let word = finishWord else { return hasCandidate ? nil : GeminiFinish.blocked(feedback) }
        var finish = NeutralFinish(GeminiFinish.reason(word, hasCalls: hasCalls), vendorWord: word)
        if let message = finishMessage {
            finish.details = NeutralOpaque(origin: .gemini, kind: "finishMessage", value: JSONFragment(message))
        }
        return finish
    }
}
