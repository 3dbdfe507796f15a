/// Where a provider is reached, and how.
public struct Endpoint: Sendable, Hashable {
    /// A proxy that tunnels are opened through.
    public struct Proxy: Sendable, Hashable {
        /// The proxy's name or address.
        public var host: String
        /// The proxy's port.
        public var port: Int
        /// User and password, joined by a colon, where the proxy asks for them.
        public var userinfo: Secret?

        /// Makes a proxy.
        public init(host: String, port: Int, userinfo: Secret? = nil) {
            self.host = host
            self.port = port
            self.userinfo = userinfo
        }
    }

    /// Whether connections are encrypted.
    public var isSecure: Bool
    /// A name, or an address without brackets.
    public var host: String
    /// The port.
    public var port: Int
    /// The path that every request's path begins with, without a slash at its end.
    public var path: String
    /// A PEM file of authorities to trust in place of the system's.
    public var authorityFile: String?
    /// The proxy to go through.
    public var proxy: Proxy?

    /// Makes an endpoint.
    public init(
        isSecure: Bool,
        host: String,
        port: Int,
        path: String,
        authorityFile: String? = nil,
        proxy: Proxy? = nil
    ) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
        self.authorityFile = authorityFile
        self.proxy = proxy
    }
}
