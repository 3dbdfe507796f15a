import NIOSSL
import Synchronization

/// The server's certificate and key, read from files, and read again when they change.
///
/// New connections use what was read last; connections that are open keep what they began with.
public final class ServerTLS: Sendable {
    /// Where the files are, and what is asked of clients.
    public struct Configuration: Sendable, Equatable {
        /// Whether a client certificate is asked for.
        public enum ClientCertificate: Sendable, Equatable {
            case none, optional, required
        }

        /// A PEM file: the certificate, then its chain.
        public var certificateFile: String
        /// A PEM file: the private key.
        public var privateKeyFile: String
        /// A PEM file: the authorities that client certificates are checked against.
        public var clientAuthorityFile: String?
        /// Whether a client certificate is asked for.
        public var clientCertificate: ClientCertificate

        /// Makes a configuration.
        public init(
            certificateFile: String,
            privateKeyFile: String,
            clientAuthorityFile: String? = nil,
            clientCertificate: ClientCertificate = .none
        ) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
            self.clientAuthorityFile = clientAuthorityFile
            self.clientCertificate = clientCertificate
        }
    }

    private let state: Mutex<(context: NIOSSLContext, asksForCertificates: Bool)>

    /// Reads the files. Blocking; throws what is wrong with them.
    public init(_ configuration: Configuration) throws {
        self.state = Mutex((try Self.makeContext(configuration), configuration.clientCertificate != .none))
    }

    /// Reads the files again. Blocking. When it throws, the certificate in use stays.
    public func reload(_ configuration: Configuration) throws {
        let context = try Self.makeContext(configuration)
        self.state.withLock { $0 = (context, configuration.clientCertificate != .none) }
    }

    /// What the next connection uses, and whether a certificate is asked for, which is then verified.
    var current: (context: NIOSSLContext, asksForCertificates: Bool) {
        self.state.withLock { $0 }
    }

    private static func makeContext(_ configuration: Configuration) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(configuration.certificateFile)
        let key = try NIOSSLPrivateKey(file: configuration.privateKeyFile, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["h2", "http/1.1"]
        if let authority = configuration.clientAuthorityFile {
            tls.trustRoots = .file(authority)
        }
        switch configuration.clientCertificate {
        case .none: tls.certificateVerification = .none
        case .optional: tls.certificateVerification = .optionalVerification
        case .required: tls.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: tls)
    }
}
