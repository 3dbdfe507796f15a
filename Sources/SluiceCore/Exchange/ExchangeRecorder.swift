/// Takes down what happened: metrics and log. Called on the event loop with that index; must not block.
public protocol ExchangeRecorder: Sendable {
    /// A request's surface is known.
    func started(_ surface: Surface, method: String, loop: Int)
    /// A key was accepted or refused.
    func authenticated(allowed: Bool, loop: Int)
    /// The exchange is settled. What must not be lost of it may wait for ``commit(loop:)``.
    func settled(_ record: borrowing ExchangeRecord, loop: Int)
    /// The last bytes of the answers are released now whose exchanges were settled on this loop since the last call.
    func commit(loop: Int)
    /// A target or a credential is left alone from now on, or is not any more.
    func noticed(_ notice: HealthNotice, loop: Int)
    /// A copy of a request was sent to a mirror, or left out.
    func mirrored(_ result: MirrorResult, loop: Int)
    /// Why no exchange may use a provider now, since it could not be taken down; `nil` when it may.
    var refusal: GatewayError? { get }
    /// The metrics of the process, in Prometheus' text format.
    func scrape() -> [UInt8]
}

extension ExchangeRecorder {
    public var refusal: GatewayError? { nil }

    public func commit(loop: Int) {}

    public func noticed(_ notice: HealthNotice, loop: Int) {}

    public func mirrored(_ result: MirrorResult, loop: Int) {}
}
