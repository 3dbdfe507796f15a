/// Something changed in what the gateway thinks of a target or a credential: a line of the log and a counter.
public struct HealthNotice: Sendable, Hashable {
    /// What changed. The raw value stands in logs and metrics.
    public enum Kind: String, Sendable, CaseIterable {
        /// A target failed too often and is left alone.
        case targetLeftAlone = "target_left_alone"
        /// A target that was left alone works again.
        case targetRecovered = "target_recovered"
        /// A credential was refused and is left alone.
        case credentialLeftAlone = "credential_left_alone"
        /// A credential that was left alone works again.
        case credentialRecovered = "credential_recovered"
        /// A credential is rate-limited on a target and is left alone there.
        case credentialLimited = "credential_limited"
    }

    /// What changed.
    public var kind: Kind
    /// The provider's name.
    public var provider: String
    /// The model that the provider knows; `nil` where it is of no importance.
    public var model: String?
    /// For how long, in nanoseconds, where something is left alone.
    public var nanoseconds: Int64?

    /// Makes a notice.
    public init(_ kind: Kind, provider: String, model: String? = nil, nanoseconds: Int64? = nil) {
        self.kind = kind
        self.provider = provider
        self.model = model
        self.nanoseconds = nanoseconds
    }
}
