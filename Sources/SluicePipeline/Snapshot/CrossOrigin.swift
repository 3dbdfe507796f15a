/// Which browser origins may call the gateway. Source: Fetch standard, section 3.3 (CORS protocol).
public struct CrossOrigin: Sendable {
    /// Whether an `origin` is let in.
    public var allows: @Sendable (String) -> Bool
    /// How long a browser may remember a preflight, in seconds.
    public var maxAgeSeconds: Int

    /// Makes a policy.
    public init(allows: @escaping @Sendable (String) -> Bool, maxAgeSeconds: Int) {
        self.allows = allows
        self.maxAgeSeconds = maxAgeSeconds
    }
}
