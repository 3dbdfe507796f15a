/// TLS of the client listener: `server.tls`. The paths are PEM files; relative ones are relative to the folder of the
/// configuration file and already resolved here.
public struct TLSConfiguration: Sendable, Equatable {
    /// What is asked of a client's own certificate.
    public enum ClientCertificate: String, Sendable, CaseIterable {
        /// None is asked for.
        case none
        /// Asked for; one that is sent must verify against ``TLSConfiguration/clientCA``.
        case optional
        /// Without one that verifies the handshake fails.
        case required
    }

    /// The certificate chain: `certificate`.
    public var certificate: String
    /// The private key of the first certificate: `private_key`.
    public var privateKey: String
    /// The authorities that sign clients' certificates: `client_ca`.
    public var clientCA: String?
    /// What is asked of clients: `client_certificate`, default `none`.
    public var clientCertificate: ClientCertificate

    /// Makes a TLS configuration.
    public init(
        certificate: String,
        privateKey: String,
        clientCA: String? = nil,
        clientCertificate: ClientCertificate = .none
    ) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.clientCA = clientCA
        self.clientCertificate = clientCertificate
    }
}
