/// Where connections to an upstream go. Equal origins share their connections.
public struct UpstreamOrigin: Sendable, Hashable {
    /// A proxy that tunnels are opened through.
    public struct Proxy: Sendable, Hashable {
        /// The proxy's name or address.
        public var host: String
        /// The proxy's port.
        public var port: Int
        /// The value of `proxy-authorization`, where the proxy asks for one.
        public var authorization: String?

        /// Makes a proxy.
        public init(host: String, port: Int, authorization: String? = nil) {
            self.host = host
            self.port = port
            self.authorization = authorization
        }
    }

    /// What metrics call it. Origins that differ in nothing else are equal, and share the name of the first.
    public var name: String
    /// Whether connections are encrypted.
    public var isSecure: Bool
    /// A name, or an address without brackets.
    public var host: String
    /// The port.
    public var port: Int
    /// A PEM file of authorities to trust in place of the system's.
    public var authorityFile: String?
    /// The proxy to go through.
    public var proxy: Proxy?

    /// Makes an origin.
    public init(
        name: String = "", isSecure: Bool, host: String, port: Int, authorityFile: String? = nil, proxy: Proxy? = nil
    ) {
        self.name = name
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.authorityFile = authorityFile
        self.proxy = proxy
    }

    public static func == (left: UpstreamOrigin, right: UpstreamOrigin) -> Bool {
        left.port == right.port && left.isSecure == right.isSecure && left.host == right.host
            && left.authorityFile == right.authorityFile && left.proxy == right.proxy
    }

    public func hash(into hasher: inout Hasher) {
        // Host and port tell nearly all origins apart; the rest is left to comparison.
        hasher.combine(self.host)
        hasher.combine(self.port)
    }

    /// The authority as `host` and `:authority` carry it: without the port where that is the scheme's own.
    public var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }
}
