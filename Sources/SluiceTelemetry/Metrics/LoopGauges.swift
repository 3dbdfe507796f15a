/// What one event loop counts besides exchanges.
struct LoopGauges {
    var openConnections: Int64 = 0
    var acceptedConnections: Int64 = 0
    var refusedConnections: Int64 = 0
    var tlsHandshakeFailures: Int64 = 0
    var authAllowed: Int64 = 0
    var authDenied: Int64 = 0

    mutating func merge(_ other: LoopGauges) {
        self.openConnections &+= other.openConnections
        self.acceptedConnections &+= other.acceptedConnections
        self.refusedConnections &+= other.refusedConnections
        self.tlsHandshakeFailures &+= other.tlsHandshakeFailures
        self.authAllowed &+= other.authAllowed
        self.authDenied &+= other.authDenied
    }
}
