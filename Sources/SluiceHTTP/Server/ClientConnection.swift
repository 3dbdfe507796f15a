public import NIOCore
import NIOSSL
public import SluiceCore

/// What is known of a client's connection. Loop-confined.
public final class ClientConnection {
    /// The address at the other end of the socket.
    public let peer: SocketAddress?
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// The client's address as a PROXY protocol header gave it.
    public internal(set) var proxiedAddress: String?
    private var peerText: String??
    // Set where a client's certificate is asked for, until it was looked at.
    private var handshake: NIOSSLServerHandler?
    private var certificate: PeerIdentity?
    private var principal: (rules: CertificatePrincipals, value: Principal?)?
    // One over HTTP/1.1, a hundred at most over HTTP/2: looked through rather than hashed.
    private var exchanges: [ServerExchange] = []
    /// Called when the last exchange of the connection has ended.
    var onIdle: (() -> Void)?

    init(peer: SocketAddress?, isSecure: Bool) {
        self.peer = peer
        self.isSecure = isSecure
    }

    /// Remembers where a client's certificate is found once the handshake is over.
    func asksForCertificate(_ handler: NIOSSLServerHandler) {
        self.handshake = handler
    }

    /// Who the client's certificate is made out to; `nil` when none was asked for or sent, or it cannot be read.
    ///
    /// BoringSSL has verified it against the configured authorities before the first byte of a request came. It is read when it is
    /// asked for, once.
    public var peerIdentity: PeerIdentity? {
        if let handler = self.handshake {
            self.handshake = nil
            self.certificate = handler.peerCertificate.flatMap { PeerIdentity($0) }
        }
        return self.certificate
    }

    /// Who the client is by its certificate.
    public func principal(by rules: CertificatePrincipals, at now: UnixTime) -> Principal? {
        guard let peer = self.peerIdentity, now < peer.validUntil else { return nil }
        if let known = self.principal, known.rules === rules { return known.value }
        let value = rules.principal(for: peer, at: now)
        self.principal = (rules, value)
        return value
    }

    /// How many requests are being read or answered.
    var activeCount: Int { self.exchanges.count }

    func begin(_ exchange: ServerExchange) {
        self.exchanges.append(exchange)
    }

    func end(_ exchange: ServerExchange) {
        guard let index = self.exchanges.firstIndex(where: { $0 === exchange }) else { return }
        self.exchanges.swapAt(index, self.exchanges.count - 1)
        self.exchanges.removeLast()
        if self.exchanges.isEmpty { self.onIdle?() }
    }

    /// The process ends: whatever is still being answered is ended now, each in its client's dialect.
    func abandonAll() {
        for exchange in self.exchanges { exchange.abandon() }
    }

    /// The address that the connection came from: the PROXY protocol's where it is in use, else the socket's.
    public var address: String? {
        if let proxiedAddress = self.proxiedAddress { return proxiedAddress }
        if let text = self.peerText { return text }
        let text = self.peer?.ipAddress
        self.peerText = .some(text)
        return text
    }
}
