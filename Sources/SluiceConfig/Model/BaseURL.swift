/// Where a provider is: `https://api.openai.com/v1`. Scheme, host, port and path; no query, fragment or user.
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// The scheme of the URL.
    public enum Scheme: String, Sendable {
        case http, https

        /// The port that is meant when none is written.
        public var defaultPort: Int { self == .https ? 443 : 80 }
    }

    /// `http` or `https`.
    public var scheme: Scheme
    /// A name or an address in lower case, IPv6 without brackets.
    public var host: String
    /// The port, the scheme's own if none is written.
    public var port: Int
    /// Empty, or begins with `/` and does not end with one.
    public var path: String

    /// The value of the `Host` header: the port only where it is not the scheme's own.
    public var authority: String {
        let written = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? written : "\(written):\(port)"
    }

    public var description: String { "\(scheme.rawValue)://\(authority)\(path)" }

    /// Makes a URL of its parts.
    public init(scheme: Scheme, host: String, port: Int? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        self.path = path
    }

    /// Reads `http[s]://host[:port][/path]`; slashes at the end are dropped. `nil` if `text` is no such URL.
    public init?(_ text: String) {
        guard let separator = text.range(ofASCII: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { return nil }
        let rest = text[separator.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = String(rest[slash...])
        // Only what may stand in a path (RFC 3986, section 3.3): the text goes into a request line as it is.
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Array("?#\\\"<>^`{|}".utf8).contains($0) }) else {
            return nil
        }
        while path.hasSuffix("/") { path.removeLast() }
        guard let (host, portText) = HostPort.split(String(rest[..<slash])), HostPort.isHost(host) else { return nil }
        var port: Int?
        if let portText {
            guard let number = HostPort.port(portText), number > 0 else { return nil }
            port = number
        }
        self.init(scheme: scheme, host: host.lowercased(), port: port, path: path)
    }
}

extension String {
    /// The first place of `pattern`, an ASCII text.
    func range(ofASCII pattern: String) -> Range<String.Index>? {
        var start = startIndex
        while start != endIndex {
            if self[start...].hasPrefix(pattern) {
                return start..<index(start, offsetBy: pattern.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
