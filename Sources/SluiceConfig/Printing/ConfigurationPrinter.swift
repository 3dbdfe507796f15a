import SluiceCore
import SluiceWire

/// Prints a configuration as the YAML of a file that says every key: what `sluice config show` shows.
///
/// Secrets are printed as `***`. The text loads back as the same configuration but for them: a provider whose key is
/// `***` is off, and a client key that is `***` is none.
public struct ConfigurationPrinter: Sendable {
    /// Makes a printer.
    public init() {}

    /// The text of `configuration`.
    public func yaml(_ configuration: GatewayConfiguration) -> String {
        var text = YAMLText()
        text.section("server") { server(configuration.server, &$0) }
        text.section("logging") {
            $0.entry("level", configuration.logging.level.rawValue)
            $0.entry("format", configuration.logging.format.rawValue)
        }
        text.section("storage") { storage(configuration.storage, &$0) }
        text.section("ledger") {
            ledger(configuration.ledger, hasDatabase: configuration.storage.database != nil, &$0)
        }
        text.section("capture") { capture(configuration.capture, &$0) }
        outbound(configuration.outbound, &text)
        if configuration.providers.isEmpty {
            text.empty("providers")
        } else {
            text.section("providers") { for entry in configuration.providers { provider(entry, &$0) } }
        }
        if !configuration.models.isEmpty {
            text.section("models") { for entry in configuration.models { model(entry, &$0) } }
        }
        if !configuration.routes.isEmpty {
            text.section("routes") { for entry in configuration.routes { route(entry, &$0) } }
        }
        text.section("auth") { auth(configuration.auth, &$0) }
        if !configuration.prices.isEmpty {
            text.section("prices") {
                for entry in configuration.prices {
                    let name = (entry.provider.map { "\($0)/" } ?? "") + entry.models.text
                    $0.line("\(YAMLText.key(name)): \(flow(entry.price))")
                }
            }
        }
        text.entry("unknown_price", configuration.unknownPrice.rawValue)
        limits(configuration.limits, &text)
        return text.text
    }

    private func server(_ server: ServerConfiguration, _ text: inout YAMLText) {
        text.entry("listen", server.listen.description)
        text.entry("admin", server.admin?.description)
        text.entry("metrics", server.metrics.rawValue)
        text.line("threads: \(server.threads.map { "\($0)" } ?? "auto")")
        if let tls = server.tls {
            text.section("tls") {
                $0.entry("certificate", tls.certificate)
                $0.entry("private_key", tls.privateKey)
                $0.entry("client_ca", tls.clientCA)
                $0.entry("client_certificate", tls.clientCertificate.rawValue)
            }
        }
        text.section("limits") {
            $0.entry("request_body", ByteSizeText.format(server.limits.requestBody))
            $0.entry("request_head", ByteSizeText.format(server.limits.requestHead))
            $0.line("headers: \(server.limits.headers)")
            $0.line("connections: \(server.limits.connections)")
            $0.entry("relay_window", ByteSizeText.format(server.limits.relayWindow))
            $0.entry("buffered_bodies", ByteSizeText.format(server.limits.bufferedBodies))
            $0.line("http2_streams: \(server.limits.http2Streams)")
            $0.entry("connection_age", DurationText.format(server.limits.connectionAge))
        }
        text.section("timeouts") {
            $0.entry("head", DurationText.format(server.timeouts.head))
            $0.entry("body", DurationText.format(server.timeouts.body))
            $0.entry("keep_alive", DurationText.format(server.timeouts.keepAlive))
            $0.entry("connect", DurationText.format(server.timeouts.connect))
            $0.entry("queue", DurationText.format(server.timeouts.queue))
            $0.entry("first_byte", DurationText.format(server.timeouts.firstByte))
            $0.entry("first_event", DurationText.format(server.timeouts.firstEvent))
            $0.entry("first_content", DurationText.format(server.timeouts.firstContent))
            $0.entry("idle", DurationText.format(server.timeouts.idle))
            $0.entry("total", DurationText.format(server.timeouts.total))
            $0.entry("ping", server.timeouts.ping.map(DurationText.format) ?? "off")
        }
        text.list("trusted_proxies", server.trustedProxies.map(\.description))
        text.line("proxy_protocol: \(server.proxyProtocol)")
        if let cors = server.cors {
            text.section("cors") {
                switch cors.allowedOrigins {
                case .any: $0.list("allowed_origins", ["*"])
                case .only(let origins): $0.list("allowed_origins", origins)
                }
                $0.entry("max_age", DurationText.format(cors.maxAge))
            }
        }
        text.line("compression: \(server.compression)")
        text.entry("shutdown_grace", DurationText.format(server.shutdownGrace))
        text.line("expose_target_model: \(server.exposesTargetModel)")
        text.entry("carrier_key", server.carrierKey.map { _ in DocumentDecoder.mask })
        text.line("ready_needs_database: \(server.readyNeedsDatabase)")
    }

    private func outbound(_ outbound: OutboundConfiguration, _ text: inout YAMLText) {
        guard outbound != OutboundConfiguration() else { return }
        text.section("outbound") {
            $0.entry("proxy", outbound.proxy.map(proxy))
            if !outbound.noProxy.items.isEmpty { $0.list("no_proxy", outbound.noProxy.items) }
            $0.entry("ca", outbound.certificateAuthorities)
        }
    }

    private func proxy(_ proxy: ProxyURL) -> String {
        let host = HostPort(host: proxy.host, port: proxy.port).description
        guard let name = proxy.username else { return "http://\(host)" }
        let password = proxy.password == nil ? "" : ":\(DocumentDecoder.mask)"
        return "http://\(Self.percentEncoded(name))\(password)@\(host)"
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    private func provider(_ provider: ProviderConfiguration, _ text: inout YAMLText) {
        text.section(provider.name) { text in
            text.entry("kind", provider.kind)
            text.entry("base_url", provider.baseURL?.description)
            if !provider.isEnabled {
                text.line("api_key: \"\" # off: it has no key")
            } else if provider.apiKeys.count == 1 {
                text.entry("api_key", DocumentDecoder.mask)
            } else if !provider.apiKeys.isEmpty {
                text.list("api_keys", provider.apiKeys.map { _ in DocumentDecoder.mask })
            }
            text.entry("api_version", provider.apiVersion)
            text.entry("region", provider.region)
            text.entry("project", provider.project)
            if let signing = provider.signing {
                text.entry("access_key_id", DocumentDecoder.mask)
                text.entry("secret_access_key", DocumentDecoder.mask)
                text.entry("session_token", signing.sessionToken.map { _ in DocumentDecoder.mask })
            }
            text.entry("profile", provider.profile)
            text.entry("service_account", provider.serviceAccount.map { _ in DocumentDecoder.mask })
            text.entry("dialect", provider.dialect)
            if !provider.capabilities.isEmpty { text.line("capabilities: \(capabilities(provider.capabilities))") }
            if let most = provider.maxConcurrency { text.line("max_concurrency: \(most)") }
            if let queue = provider.queue { text.line("queue: \(queue)") }
            resilience(of: provider, &text)
            timeouts(provider.timeouts, &text)
            if !provider.headers.isEmpty {
                text.section("headers") {
                    for header in provider.headers { $0.entry(header.name, DocumentDecoder.mask) }
                }
            }
            if !provider.forwardHeaders.isEmpty { text.list("forward_headers", provider.forwardHeaders) }
            text.entry("ca", provider.certificateAuthorities)
            switch provider.proxy {
            case .inherited: break
            case .off: text.line("proxy: off")
            case .through(let url): text.entry("proxy", proxy(url))
            }
            rules("limits", provider.limits, &text)
        }
    }

    func timeouts(_ timeouts: TimeoutOverrides, _ text: inout YAMLText) {
        guard !timeouts.isEmpty else { return }
        text.section("timeouts") {
            $0.entry("connect", timeouts.connect.map(DurationText.format))
            $0.entry("queue", timeouts.queue.map(DurationText.format))
            $0.entry("first_byte", timeouts.firstByte.map(DurationText.format))
            $0.entry("first_event", timeouts.firstEvent.map(DurationText.format))
            $0.entry("first_content", timeouts.firstContent.map(DurationText.format))
            $0.entry("idle", timeouts.idle.map(DurationText.format))
            $0.entry("total", timeouts.total.map(DurationText.format))
        }
    }

    private func auth(_ auth: AuthConfiguration, _ text: inout YAMLText) {
        text.line("required: \(auth.isRequired)")
        text.entry("when_client_leaves", auth.whenClientLeaves.rawValue)
        registration(auth.registration, &text)
        tokens(auth, &text)
        guard !auth.keys.isEmpty else { return }
        text.section("keys") {
            for key in auth.keys {
                var parts = [
                    YAMLText.flow([
                        ("name", key.name), ("key", DocumentDecoder.mask), ("tenant", key.tenant),
                        ("when_client_leaves", key.whenClientLeaves?.rawValue),
                        ("capture", key.isCaptured.map { "\($0)" }),
                    ])
                ]
                if let models = key.models {
                    parts[0].removeLast(2)
                    parts.append("models: \(YAMLText.flow(models.map(\.text))) }")
                }
                if let limits = key.limits {
                    parts[parts.count - 1].removeLast(2)
                    parts.append("limits: \(Self.flow(limits)) }")
                }
                $0.line("- \(parts.joined(separator: ", "))")
            }
        }
    }
}
