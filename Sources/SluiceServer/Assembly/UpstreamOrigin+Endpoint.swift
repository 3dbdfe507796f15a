import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceProviders

extension UpstreamOrigin {
    /// Where the connections of a provider's endpoint go.
    init(_ endpoint: Endpoint, name: String) {
        self.init(
            name: name,
            isSecure: endpoint.isSecure,
            host: endpoint.host,
            port: endpoint.port,
            authorityFile: endpoint.authorityFile,
            proxy: endpoint.proxy.map { proxy in
                Proxy(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: proxy.userinfo.map { "Basic " + Base64.encode(Array($0.expose().utf8)) }
                )
            }
        )
    }

    /// Where credentials of a provider are asked for. What is on this machine, or on its own link, is never reached
    /// through a proxy: the proxy's machine has credentials of its own.
    init(_ url: CredentialURL, for provider: ProviderConfiguration, _ outbound: OutboundConfiguration) {
        let baseURL = BaseURL(scheme: url.isSecure ? .https : .http, host: url.host, port: url.port)
        let proxy = url.isLocal ? nil : outbound.proxy(for: provider, at: baseURL)
        self.init(
            name: "credentials",
            isSecure: url.isSecure,
            host: url.host,
            port: url.port,
            // The provider's own authority signs the provider's certificate, not those of who issues credentials.
            authorityFile: outbound.certificateAuthorities,
            proxy: proxy.map { proxy in
                let userinfo = proxy.username.map { "\($0):\(proxy.password?.expose() ?? "")" }
                return Proxy(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: userinfo.map { "Basic " + Base64.encode(Array($0.utf8)) }
                )
            }
        )
    }
}

extension UpstreamOrigin {
    /// Where a document of an issuer is asked for.
    init(_ url: WebURL, _ outbound: OutboundConfiguration) {
        let proxy = url.isSecure && !outbound.noProxy.matches(host: url.host, port: url.port) ? outbound.proxy : nil
        self.init(
            name: "issuer",
            isSecure: url.isSecure,
            host: url.host,
            port: url.port,
            authorityFile: outbound.certificateAuthorities,
            proxy: proxy.map { proxy in
                let userinfo = proxy.username.map { "\($0):\(proxy.password?.expose() ?? "")" }
                return Proxy(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: userinfo.map { "Basic " + Base64.encode(Array($0.utf8)) }
                )
            }
        )
    }
}

/// Base 64 for the one header that needs it. Source: RFC 4648, section 4.
private enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                if position > group.count {
                    output.append(UInt8(ascii: "="))
                } else {
                    output.append(Self.alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)])
                }
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
