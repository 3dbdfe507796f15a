/// Says who has a key. Synchronous: what takes longer is learned before, and kept.
public protocol Authenticator: Sendable {
    /// The principal of a key, or `nil` for a key that is not known.
    func principal(for key: Substring) -> Principal?
}
