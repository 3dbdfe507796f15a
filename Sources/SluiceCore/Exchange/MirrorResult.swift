/// What became of the copy of a request. The raw value is a metric label.
public enum MirrorResult: String, Sendable, CaseIterable {
    /// It was answered; the answer was thrown away.
    case answered
    /// The provider refused it.
    case refused
    /// It could not be sent, or its answer broke.
    case failed
    /// It was not sent: too many were on their way, or no target could be tried.
    case leftOut = "left_out"
}
