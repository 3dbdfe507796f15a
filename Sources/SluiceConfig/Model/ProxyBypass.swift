import SluiceCore

/// The hosts that are reached without a proxy: `outbound.no_proxy`, `NO_PROXY`.
///
/// An item is `*` (every host), an address, a range (`10.0.0.0/8`), or a domain, which stands for itself and all below
/// it (`example.com`, `.example.com`, `*.example.com`); `:port` after it narrows it to that port.
public struct ProxyBypass: Sendable, Equatable {
    /// The items as written.
    public let items: [String]
    private let rules: [Rule]

    private enum Match: Equatable {
        case any
        case range(CIDR)
        case domain(String)
    }

    private struct Rule: Equatable {
        var match: Match
        var port: Int?
    }

    /// Makes a list; an item that is none of the forms matches nothing.
    public init(_ items: [String] = []) {
        self.items = items
        self.rules = items.compactMap(Self.rule)
    }

    /// Whether `host` (a name, or an address without brackets) is reached directly at `port`.
    public func matches(host: String, port: Int) -> Bool {
        let host = host.lowercased()
        let address = IPAddress(host)
        return rules.contains { rule in
            if let only = rule.port, only != port { return false }
            switch rule.match {
            case .any: return true
            case .range(let range): return address.map(range.contains) ?? false
            case .domain(let domain): return host == domain || host.hasSuffix("." + domain)
            }
        }
    }

    /// Whether `item` is one of the forms.
    static func isItem(_ item: String) -> Bool { rule(item) != nil }

    private static func rule(_ item: String) -> Rule? {
        if let range = CIDR(item) { return Rule(match: .range(range)) }
        guard let (host, portText) = HostPort.split(item) else { return nil }
        var port: Int?
        if let portText {
            guard let number = HostPort.port(portText) else { return nil }
            port = number
        }
        if host == "*" { return Rule(match: .any, port: port) }
        if let range = CIDR(host) { return Rule(match: .range(range), port: port) }
        var domain = host.lowercased()[...]
        if domain.hasPrefix("*") { domain.removeFirst() }
        if domain.hasPrefix(".") { domain.removeFirst() }
        guard HostPort.isHost(String(domain)) else { return nil }
        return Rule(match: .domain(String(domain)), port: port)
    }
}
