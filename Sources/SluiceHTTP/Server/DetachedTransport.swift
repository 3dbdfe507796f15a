import NIOCore

/// The transport of an exchange that has no client: what is written goes nowhere.
final class DetachedTransport: ServerTransport {
    var isWritable: Bool { true }

    func wantBody(expectsContinue: Bool) {}
    func setBodyDemand(_ isWanted: Bool) {}
    func begin(_ head: ResponseHead) {}
    func write(_ piece: ByteBuffer) {}
    func flush() {}
    func end() {}
    func abort() {}
}

extension ServerExchange {
    /// Runs `body` with an exchange that no client began and that nobody is answered by: for looking at what would become of a
    /// request. On the loop of `loop`.
    public static func withDetached<Result>(
        _ head: RequestHead,
        on loop: LoopContext,
        _ body: (ServerExchange) throws -> Result
    ) rethrows -> Result {
        let transport = DetachedTransport()
        let exchange = ServerExchange(
            head: head,
            loop: loop,
            connection: ClientConnection(peer: nil, isSecure: false),
            startedAt: loop.eventLoop.now,
            transport: transport
        )
        return try withExtendedLifetime(transport) { try body(exchange) }
    }
}
