public import SluiceCore

/// An HTTP proxy: `http://user:password@proxy.example.com:3128`. Spoken to in clear text, by CONNECT.
public struct ProxyURL: Sendable, Hashable {
    /// A name or an address, IPv6 without brackets.
    public var host: String
    /// The port, 80 if none is written.
    public var port: Int
    /// The name for `Proxy-Authorization`, percent-decoded.
    public var username: String?
    /// The password for `Proxy-Authorization`, percent-decoded.
    public var password: Secret?

    /// Makes a proxy.
    public init(host: String, port: Int, username: String? = nil, password: Secret? = nil) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
    }

    /// Reads `[http://][user[:password]@]host[:port][/]`, as curl reads `HTTPS_PROXY`. `nil` if `text` is no such URL.
    public init?(_ text: String) {
        var rest = text[...]
        if let separator = text.range(ofASCII: "://") {
            guard text[..<separator.lowerBound].lowercased() == "http" else { return nil }
            rest = text[separator.upperBound...]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ Self.percentDecoded($0) }) else { return nil }
            username = name
            if parts.count == 2 {
                guard let decoded = Self.percentDecoded(parts[1]) else { return nil }
                password = Secret(decoded)
            }
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, portText) = HostPort.split(String(rest)), HostPort.isHost(host) else { return nil }
        self.host = host.lowercased()
        port = 80
        if let portText {
            guard let number = HostPort.port(portText), number > 0 else { return nil }
            port = number
        }
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
