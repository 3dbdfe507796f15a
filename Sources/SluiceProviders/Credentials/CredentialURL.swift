/// Where a credential is asked for: `http://169.254.169.254/latest/api/token`.
public struct CredentialURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is `https`.
    public var isSecure: Bool
    /// A name in lower case, or an address without brackets.
    public var host: String
    /// The port.
    public var port: Int
    /// Path and query; begins with `/`.
    public var target: String

    public var description: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        let port = self.port == (self.isSecure ? 443 : 80) ? "" : ":\(self.port)"
        return "\(self.isSecure ? "https" : "http")://\(host)\(port)\(self.target)"
    }

    /// Reads an absolute URL; `nil` when `text` is none, or has a user, a fragment or what may not stand in a request.
    public init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (self.isSecure, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (self.isSecure, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let target = rest[end...]
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { return nil }
        self.target = target.first == "/" ? String(target) : "/" + target
        let authority = rest[..<end]
        let portText: Substring?
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            self.host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.first == ":" else { return nil }
            portText = after.isEmpty ? nil : after.dropFirst()
            guard self.host.utf8.allSatisfy({ Self.isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return nil }
        } else {
            let colon = authority.firstIndex(of: ":")
            self.host = authority[..<(colon ?? authority.endIndex)].lowercased()
            portText = colon.map { authority[authority.index(after: $0)...] }
            guard self.host.utf8.allSatisfy(Self.isNameByte) else { return nil }
        }
        guard !self.host.isEmpty else { return nil }
        if let portText {
            guard let port = Int(portText), (1...65_535).contains(port) else { return nil }
            self.port = port
        } else {
            self.port = self.isSecure ? 443 : 80
        }
    }

    init(isSecure: Bool, host: String, port: Int? = nil, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        self.target = target
    }

    /// Whether it is this machine's, or the machine's own metadata service: never reached through a proxy.
    public var isLocal: Bool {
        if self.host == "localhost" || self.host == "::1" || self.host.hasPrefix("fe80:") { return true }
        // EC2's and EKS's services on IPv6 are unique local addresses.
        if self.host == "fd00:ec2::254" || self.host == "fd00:ec2::23" { return true }
        if self.host == "metadata" || self.host == "metadata.google.internal" { return true }
        guard let octets = self.octets else { return false }
        return octets[0] == 127 || (octets[0] == 169 && octets[1] == 254)
    }

    /// The four numbers of an IPv4 address.
    private var octets: [UInt8]? {
        let parts = self.host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let octets = parts.compactMap { $0.utf8.count <= 3 ? UInt8($0) : nil }
        return octets.count == 4 ? octets : nil
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
