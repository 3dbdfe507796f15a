/// What becomes of an exchange whose client leaves before the end: `when_client_leaves`.
public enum ClientDeparture: String, Sendable, CaseIterable {
    /// The provider's answer is cut off; the default.
    case cancel
    /// The answer is read to its end, so that its usage is known.
    case drain
    /// The answer is read to its end if most of it is there already, and cut off otherwise.
    case drainMost = "drain_most"
}
