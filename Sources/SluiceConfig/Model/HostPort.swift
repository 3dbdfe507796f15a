import SluiceCore

/// Where a listener binds: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// An address or a name, without brackets.
    public var host: String
    /// 0: the system picks a free one.
    public var port: Int

    /// As written in a file: an IPv6 address in brackets.
    public var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        if let address = IPAddress(host) { return address.isLoopback }
        return host.lowercased() == "localhost"
    }

    /// Makes an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; an empty host or `*` is every IPv4 address. `nil` if `text` is no such thing.
    public init?(_ text: String) {
        guard let (host, port) = Self.split(text), let port, let number = Self.port(port) else { return nil }
        switch host {
        case "", "*": self.init(host: "0.0.0.0", port: number)
        default:
            guard Self.isHost(host) else { return nil }
            self.init(host: host, port: number)
        }
    }

    /// Splits `host[:port]`, `[v6]`, `[v6]:port` or a bare `v6`. `nil` for mismatched brackets.
    static func split(_ text: String) -> (host: String, port: String?)? {
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<close])
            guard IPAddress(host)?.isIPv4 == false else { return nil }
            let rest = text[text.index(after: close)...]
            if rest.isEmpty { return (host, nil) }
            guard rest.first == ":" else { return nil }
            return (host, String(rest.dropFirst()))
        }
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        guard text.firstIndex(of: ":") == colon else { return IPAddress(text) == nil ? nil : (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// A port of 0...65535 in plain decimal digits.
    static func port(_ text: String) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), number <= 65_535
        else { return nil }
        return number
    }

    /// Whether `text` is an address or could be a host name.
    static func isHost(_ text: String) -> Bool {
        if IPAddress(text) != nil { return true }
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
