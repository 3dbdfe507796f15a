/// How providers are reached: `outbound` in the file, else `HTTPS_PROXY`, `NO_PROXY` and `SSL_CERT_FILE`.
public struct OutboundConfiguration: Sendable, Equatable {
    /// The proxy that `https` upstreams are reached through, by CONNECT: `proxy`, else `HTTPS_PROXY`.
    ///
    /// Upstreams in clear text are inside the network as a rule and never go through it, unless the provider names a
    /// proxy of its own.
    public var proxy: ProxyURL?
    /// Hosts that are reached without the proxy: `no_proxy`, else `NO_PROXY`.
    public var noProxy: ProxyBypass
    /// A PEM file of the authorities that are trusted instead of the system's: `ca`, else `SSL_CERT_FILE`.
    public var certificateAuthorities: String?

    /// Makes an outbound configuration; what is left out is off.
    public init(proxy: ProxyURL? = nil, noProxy: ProxyBypass = ProxyBypass(), certificateAuthorities: String? = nil) {
        self.proxy = proxy
        self.noProxy = noProxy
        self.certificateAuthorities = certificateAuthorities
    }

    /// The proxy that an attempt at `provider` goes through; `nil` for a direct connection.
    ///
    /// - Parameter baseURL: where the provider is, its built-in address if the file names none.
    public func proxy(for provider: ProviderConfiguration, at baseURL: BaseURL) -> ProxyURL? {
        switch provider.proxy {
        case .off: return nil
        case .through(let proxy): return proxy
        case .inherited:
            guard let proxy, baseURL.scheme == .https else { return nil }
            return noProxy.matches(host: baseURL.host, port: baseURL.port) ? nil : proxy
        }
    }
}
