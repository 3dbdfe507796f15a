/// How an answer ended, in the words of a `response` object.
struct OpenAIResponsesOutcome {
    /// `in_progress`, `completed`, `incomplete` or `failed`.
    var status: StaticString
    /// `incomplete_details.reason`.
    var reason: StaticString?
    /// `error`.
    var error: (code: String, message: String)?

    static let inProgress = OpenAIResponsesOutcome(status: "in_progress")

    init(status: StaticString) {
        self.status = status
    }

    init(failed error: NeutralError) {
        status = "failed"
        self.error = (OpenAIResponsesErrors.failureCode(error.kind), error.message)
    }

    /// `hasRefusal`: whether the answer itself says that the model will not.
    init(_ finish: NeutralFinish, hasRefusal: Bool) {
        switch finish.reason {
        case .stop, .stopSequence, .toolCalls, .pause:
            status = "completed"
        case .length, .contextWindow:
            status = "incomplete"
            reason = "max_output_tokens"
        case .refusal where hasRefusal:
            status = "completed"
        case .contentFilter, .refusal:
            status = "incomplete"
            reason = "content_filter"
        case .malformedOutput:
            status = "failed"
            error = ("server_error", "The model's output could not be used; the request may be tried again.")
        }
    }

    /// Whether the answer was cut short, so that its last message is not whole.
    var isCut: Bool { reason != nil }

    /// The type of the event that ends a stream like this.
    var event: StaticString {
        if error != nil { return "response.failed" }
        return reason != nil ? "response.incomplete" : "response.completed"
    }
}
