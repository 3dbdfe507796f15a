/// What becomes of an attempt whose client has left before its answer was complete.
public enum ClientLeavePolicy: String, Sendable, CaseIterable {
    /// The attempt is ended; what it cost is what the provider had reported by then, often nothing.
    case cancel
    /// The upstream's answer is read to its end for its usage, and thrown away.
    case drain
    /// The same if most of the answer is known to be done, else ``cancel``.
    case drainMost = "drain_most"
}
