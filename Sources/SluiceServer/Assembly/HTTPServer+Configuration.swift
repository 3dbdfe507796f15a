import NIOCore
import SluiceConfig
import SluiceHTTP

extension HTTPServer.Configuration {
    /// The client listener of a configuration.
    init(_ server: ServerConfiguration, listen: HostPort, tls: ServerTLS?) {
        self.init(host: listen.host, port: listen.port)
        self.limits.headBytes = server.limits.requestHead.bytes
        self.limits.headerCount = server.limits.headers
        self.limits.connections = server.limits.connections
        self.limits.relayWindowBytes = server.limits.relayWindow.bytes
        self.limits.concurrentStreams = server.limits.http2Streams
        self.limits.connectionAge = TimeAmount(server.limits.connectionAge)
        self.timeouts.head = TimeAmount(server.timeouts.head)
        self.timeouts.body = TimeAmount(server.timeouts.body)
        self.timeouts.keepAlive = TimeAmount(server.timeouts.keepAlive)
        self.usesProxyProtocol = server.proxyProtocol
        self.tls = tls
    }
}

extension ServerTLS.Configuration {
    /// The files of `server.tls`.
    init(_ tls: SluiceConfig.TLSConfiguration) {
        self.init(
            certificateFile: tls.certificate,
            privateKeyFile: tls.privateKey,
            clientAuthorityFile: tls.clientCA,
            clientCertificate: {
                switch tls.clientCertificate {
                case .none: .none
                case .optional: .optional
                case .required: .required
                }
            }()
        )
    }
}
