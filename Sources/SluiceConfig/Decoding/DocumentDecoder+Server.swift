import SluiceCore

extension DocumentDecoder {
    mutating func server(_ section: Section) -> ServerConfiguration {
        var result = ServerConfiguration()
        result.listen = listen(section, default: result.listen)
        result.admin = value("admin", of: section, "an address like 127.0.0.1:8081") { HostPort($0) }
        result.metrics = choice("metrics", of: section) ?? result.metrics
        if result.metrics == .admin, section.node?["admin"] == nil {
            problems.error(
                "admin needs an admin listener; set server.admin",
                at: section.path.key("metrics"),
                section.node?["metrics"]?.location
            )
        }
        let threads: Int?? = value("threads", of: section, "auto or a whole number from 1 to 1024") { text in
            if text == "auto" { return .some(nil) }
            return Int(text).flatMap { (1...1024).contains($0) ? .some($0) : nil }
        }
        result.threads = threads ?? nil
        if section.node?["tls"]?.entries != nil { result.tls = tls(section.section("tls")) }
        result.limits = limits(section.section("limits"))
        result.timeouts = timeouts(section.section("timeouts"))
        for (text, path, node) in texts("trusted_proxies", of: section) {
            if let range = CIDR(text) {
                result.trustedProxies.append(range)
            } else {
                mismatch("an address or a range like 10.0.0.0/8", node, path)
            }
        }
        result.proxyProtocol = flag("proxy_protocol", of: section) ?? result.proxyProtocol
        if section.node?["cors"]?.entries != nil { result.cors = cors(section.section("cors")) }
        result.compression = flag("compression", of: section) ?? result.compression
        result.shutdownGrace = duration("shutdown_grace", of: section, allowsZero: true) ?? result.shutdownGrace
        result.exposesTargetModel = flag("expose_target_model", of: section) ?? result.exposesTargetModel
        result.carrierKey = carrierKey(section)
        result.readyNeedsDatabase = flag("ready_needs_database", of: section) ?? result.readyNeedsDatabase
        return result
    }

    /// `listen`, or the `host` and `port` that earlier gateways wrote. A part that the environment sets goes over
    /// `listen` of the file.
    private mutating func listen(_ section: Section, default fallback: HostPort) -> HostPort {
        let written = section.node?["listen"]
        var result = value("listen", of: section, "an address like 127.0.0.1:8080") { HostPort($0) } ?? fallback
        for key in ["host", "port"] {
            guard let part = section.node?[key] else { continue }
            if let written {
                if written.location.isEnvironment, !part.location.isEnvironment { continue }
                if written.location.isEnvironment == part.location.isEnvironment {
                    problems.error(
                        "server.listen names host and port already; remove one of them",
                        at: section.path.key(key),
                        part.location
                    )
                    continue
                }
            }
            if key == "host" {
                let host = value(key, of: section, "an address or a host name") { text in
                    let isBareIPv6 = text.utf8.contains(UInt8(ascii: ":")) && !text.hasPrefix("[")
                    return HostPort(isBareIPv6 ? "[\(text)]:0" : "\(text):0")?.host
                }
                result.host = host ?? result.host
            } else {
                result.port = value(key, of: section, "a port from 0 to 65535") { HostPort.port($0) } ?? result.port
            }
        }
        return result
    }

    private mutating func carrierKey(_ section: Section) -> Secret? {
        guard let node = section.node?["carrier_key"] else { return nil }
        let path = section.path.key("carrier_key")
        guard let secret = secret(node, path) else {
            // What is wrong with any other has been said.
            if node.scalar?.text.isEmpty ?? false {
                problems.error(
                    "empty; write a secret of at least 16 characters, or remove the key", at: path, node.location)
            }
            return nil
        }
        if secret.count < 16 {
            problems.error("shorter than 16 characters; make a longer one", at: path, node.location)
            return nil
        }
        return secret
    }

    private mutating func tls(_ section: Section) -> TLSConfiguration? {
        let certificate = file("certificate", of: section)
        let key = file("private_key", of: section)
        let authorities = file("client_ca", of: section)
        let mode: TLSConfiguration.ClientCertificate? = choice("client_certificate", of: section)
        for (name, other) in [("certificate", "private_key"), ("private_key", "certificate")]
        where section.node?[name] == nil {
            let why = section.node?[other] == nil ? "TLS needs it" : "\(other) alone is not enough"
            problems.error("missing; \(why)", at: section.path.key(name), section.location)
        }
        if let mode, mode != .none, section.node?["client_ca"] == nil {
            problems.error(
                "\(mode.rawValue) needs the authorities that sign the certificates; set client_ca",
                at: section.path.key("client_certificate"),
                section.node?["client_certificate"]?.location
            )
        }
        if authorities != nil, mode == nil || mode == TLSConfiguration.ClientCertificate.none {
            problems.warning(
                "without effect, since no certificate is asked for; set client_certificate to optional or required",
                at: section.path.key("client_ca"),
                section.node?["client_ca"]?.location
            )
        }
        guard let certificate, let key else { return nil }
        return TLSConfiguration(
            certificate: certificate,
            privateKey: key,
            clientCA: authorities,
            clientCertificate: mode ?? TLSConfiguration.ClientCertificate.none
        )
    }

    private mutating func limits(_ section: Section) -> ServerLimits {
        var result = ServerLimits()
        let body = ByteSize(bytes: 1)...ByteSize.mebibytes(4096)
        result.requestBody = size("request_body", of: section, body) ?? result.requestBody
        let head = ByteSize.kibibytes(1)...ByteSize.mebibytes(1)
        result.requestHead = size("request_head", of: section, head) ?? result.requestHead
        result.headers = count("headers", of: section, 1...10_000) ?? result.headers
        result.connections = count("connections", of: section, 1...10_000_000) ?? result.connections
        let window = ByteSize.kibibytes(4)...ByteSize.mebibytes(1024)
        result.relayWindow = size("relay_window", of: section, window) ?? result.relayWindow
        let buffered = ByteSize(bytes: 1)...ByteSize.mebibytes(1 << 20)
        result.bufferedBodies = size("buffered_bodies", of: section, buffered) ?? result.bufferedBodies
        result.http2Streams = count("http2_streams", of: section, 1...65_535) ?? result.http2Streams
        result.connectionAge = duration("connection_age", of: section) ?? result.connectionAge
        if result.bufferedBodies < result.requestBody {
            let key = section.node?["buffered_bodies"] == nil ? "request_body" : "buffered_bodies"
            problems.error(
                "buffered_bodies (\(ByteSizeText.format(result.bufferedBodies))) bounds all bodies together and "
                    + "cannot be less than request_body (\(ByteSizeText.format(result.requestBody)))",
                at: section.path.key(key),
                section.node?[key]?.location
            )
        }
        return result
    }

    private mutating func timeouts(_ section: Section) -> Timeouts {
        var result = Timeouts()
        result.head = duration("head", of: section) ?? result.head
        result.body = duration("body", of: section) ?? result.body
        result.keepAlive = duration("keep_alive", of: section) ?? result.keepAlive
        result = result.overridden(by: timeoutOverrides(section))
        result.ping = switchable("ping", of: section, "off, or a duration like 15s", default: result.ping) { text in
            DurationText.parse(text).flatMap { $0 > .zero ? $0 : nil }
        }
        return result
    }

    private mutating func cors(_ section: Section) -> CORSConfiguration? {
        var origins: [String] = []
        for (text, path, node) in texts("allowed_origins", of: section) {
            let isOrigin = text == "*" || BaseURL(text).map { $0.path.isEmpty && !text.hasSuffix("/") } ?? false
            if isOrigin {
                origins.append(text.lowercased())
            } else {
                mismatch("an origin like https://app.example.com, or *", node, path)
            }
        }
        let maxAge = duration("max_age", of: section, allowsZero: true)
        guard section.node?["allowed_origins"] != nil else {
            problems.error(
                "missing; write the origins of the pages that may call", at: section.path.key("allowed_origins"),
                section.location)
            return nil
        }
        let allowed: CORSConfiguration.AllowedOrigins = origins.contains("*") ? .any : .only(origins)
        return CORSConfiguration(allowedOrigins: allowed, maxAge: maxAge ?? .seconds(600))
    }
}
