public import NIOCore

/// What is known of a client's connection. Loop-confined.
public final class ClientConnection {
    /// The address at the other end of the socket.
    public let peer: SocketAddress?
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// The client's address as a PROXY protocol header gave it.
    public internal(set) var proxiedAddress: String?
    private var peerText: String??

    init(peer: SocketAddress?, isSecure: Bool) {
        self.peer = peer
        self.isSecure = isSecure
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
