/// Told what happens to client connections, for metrics and logs. Called on any loop.
public protocol ServerEvents: Sendable {
    /// A connection was accepted on the loop with this index.
    func connectionOpened(loop: Int)
    /// A connection closed on the loop with this index.
    func connectionClosed(loop: Int)
    /// A connection was turned away because there are as many as there may be.
    func connectionRefused(loop: Int)
    /// A TLS handshake failed.
    func handshakeFailed(loop: Int)
}
