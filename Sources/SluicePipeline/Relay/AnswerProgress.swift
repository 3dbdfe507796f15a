/// How far an answer has come, for a client that leaves: whether most of its work is known to be done.
///
/// An event with content is at least one token, so that the estimate errs towards less.
struct AnswerProgress {
    /// Whether the provider said why the answer ended.
    var isFinished = false
    /// How many events had content.
    var contentEvents = 0
    /// How many tokens the answer may have, where the client says so.
    var outputTokenLimit: Int?
    /// How many bytes of the body came, and how many it has, where the provider says so.
    var bytes = 0
    var declaredLength: Int?

    /// Half of what was asked for, or of what was announced, or all of it.
    var isMostlyDone: Bool {
        if self.isFinished { return true }
        if let limit = self.outputTokenLimit, limit > 0, self.contentEvents >= limit - limit / 2 { return true }
        if let length = self.declaredLength, length > 0, self.bytes >= length - length / 2 { return true }
        return false
    }
}
