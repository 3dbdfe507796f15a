/// An absolute URL of a document: `https://id.example.com/keys?version=2`. Without user and fragment.
public struct WebURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is `https`.
    public let isSecure: Bool
    /// A name in lower case, or an address without brackets.
    public let host: String
    /// The port, the scheme's own if none is written.
    public let port: Int
    /// Path and query as they go into a request line; begins with `/`.
    public let target: String

    /// Host, and port where it is not the scheme's own.
    public var authority: String {
        let written = self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? written : "\(written):\(self.port)"
    }

    public var description: String { "\(self.isSecure ? "https" : "http")://\(self.authority)\(self.target)" }

    /// Whether only this machine can answer.
    public var isLoopback: Bool { IPAddress(self.host)?.isLoopback ?? (self.host == "localhost") }

    /// Reads `http[s]://host[:port][/path][?query]`; `nil` when `text` is no such URL.
    ///
    /// Source: RFC 3986, sections 3.2 and 3.3. Only what may stand in a request line is taken.
    public init?(_ text: String) {
        guard text.utf8.count <= 2048 else { return nil }
        let rest: Substring.UTF8View
        if text.hasPrefix("https://") {
            (self.isSecure, rest) = (true, text.utf8.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (self.isSecure, rest) = (false, text.utf8.dropFirst(7))
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let target = Substring(rest[end...])
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.forbidden.contains($0) }) else { return nil }
        self.target = target.utf8.first == UInt8(ascii: "/") ? String(target) : "/\(target)"
        guard let (host, port) = Self.split(Substring(rest[..<end])) else { return nil }
        self.host = host
        guard let port else {
            self.port = self.isSecure ? 443 : 80
            return
        }
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(port), (1...65_535).contains(number)
        else { return nil }
        self.port = number
    }

    private static let forbidden = Array("#\\\"<>^`{|}".utf8)

    /// `host[:port]` or `[v6][:port]`.
    private static func split(_ authority: Substring) -> (host: String, port: Substring?)? {
        if authority.utf8.first == UInt8(ascii: "[") {
            guard let close = authority.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let host = authority[..<close].dropFirst().lowercased()
            guard IPAddress(host)?.isIPv4 == false else { return nil }
            let after = authority[close...].dropFirst()
            guard after.isEmpty || after.utf8.first == UInt8(ascii: ":") else { return nil }
            return (host, after.isEmpty ? nil : after.dropFirst())
        }
        let colon = authority.utf8.firstIndex(of: UInt8(ascii: ":"))
        let host = authority[..<(colon ?? authority.endIndex)].lowercased()
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isName, (1...253).contains(host.utf8.count) else { return nil }
        return (host, colon.map { authority[$0...].dropFirst() })
    }
}
