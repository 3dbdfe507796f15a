public import SluiceCore

/// Where a Redis server is.
///
/// Shape: `redis://[user[:password]@]host[:port][/database]`, and `rediss://` for TLS. What stands before the host is
/// percent-decoded. A password without a user is written `redis://:password@host`.
/// Source: IANA's provisional registration of `redis` and `rediss` (read 2026-11).
public struct RedisLocation: Sendable, Hashable {
    /// Whether the connection is encrypted.
    public var isSecure: Bool
    /// A name, or an address without brackets.
    public var host: String
    /// The port, 6379 if none is written.
    public var port: Int
    /// The user; `nil` for the server's default user.
    public var user: String?
    /// The password.
    public var password: Secret?
    /// The number of the database.
    public var database: Int

    /// Reads a configured text. Throws `misconfigured`, with no part of the text.
    public init(_ text: String) throws(StoreError) {
        let failure = StoreError(
            .misconfigured, "expected Redis as redis://user:password@host:6379/0, or rediss:// for TLS")
        let rest: Substring
        if text.hasPrefix("rediss://") {
            self.isSecure = true
            rest = text.dropFirst("rediss://".count)
        } else if text.hasPrefix("redis://") {
            self.isSecure = false
            rest = text.dropFirst("redis://".count)
        } else {
            throw failure
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard var authority = parts.first, !rest.contains("?"), !rest.contains("#") else { throw failure }
        self.database = 0
        if parts.count == 2, !parts[1].isEmpty {
            guard let database = Int(parts[1]), (0...65_535).contains(database) else { throw failure }
            self.database = database
        }
        if let at = authority.lastIndex(of: "@") {
            let pair = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = Self.decoded(pair[0]), let password = Self.decoded(pair.count == 2 ? pair[1] : "") else {
                throw failure
            }
            self.user = user.isEmpty ? nil : user
            self.password = password.isEmpty ? nil : Secret(password)
            guard self.user == nil || self.password != nil else { throw failure }
            authority = authority[authority.index(after: at)...]
        }
        self.port = 6379
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            self.host = String(authority[authority.index(after: authority.startIndex)..<end])
            authority = authority[authority.index(after: end)...]
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            self.host = String(authority[..<end])
            authority = authority[end...]
        }
        if !authority.isEmpty {
            guard authority.first == ":", let port = Int(authority.dropFirst()), (1...65_535).contains(port) else {
                throw failure
            }
            self.port = port
        }
        guard !self.host.isEmpty else { throw failure }
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension RedisLocation: CustomStringConvertible {
    /// Without user and password. Safe for logs.
    public var description: String {
        "\(self.isSecure ? "rediss" : "redis")://\(self.host):\(self.port)/\(self.database)"
    }
}
