import SluiceHTTP

/// One provider that is asked whether it is well.
struct ProbeTarget: Sendable, Equatable {
    var provider: String
    var origin: UpstreamOrigin
    /// What is asked for by GET.
    var path: String
    var every: Duration
    var timeout: Duration
}
