/// Where a database or Redis is, as it is written: which kind it is, and its text without what is secret in it.
///
/// What else the text holds is read by those who connect: libpq, SQLite and the client of Redis.
enum StorageText {
    /// libpq's own way of writing a location, by the word that it begins with. Source: PostgreSQL 17, section 32.1.2 (read 2026-11).
    private static let keywords: Set<Substring> = ["host", "hostaddr", "port", "dbname", "user", "service"]

    /// Whether `text` is `sqlite:PATH`, `postgres://...`, `postgresql://...` or libpq's `host=... dbname=...`.
    static func isDatabase(_ text: String) -> Bool {
        if self.isFile(text) { return text.utf8.count > "sqlite:".utf8.count }
        return self.isURL(text, ["postgres", "postgresql"]) || self.hasKeywords(text)
    }

    /// Whether a database is a file of this machine.
    static func isFile(_ text: String) -> Bool { text.hasPrefix("sqlite:") }

    /// Whether `text` is `redis://...` or `rediss://...`.
    static func isRedis(_ text: String) -> Bool { self.isURL(text, ["redis", "rediss"]) }

    /// `text` with `***` for each password. Rather more than less is hidden where it is not clear what is one.
    static func masked(_ text: String) -> String {
        let mask = DocumentDecoder.mask
        if self.isFile(text) { return text }
        guard let scheme = text.range(ofASCII: "://") else {
            // Quotes and escapes of libpq's form are libpq's business, so it is shown whole or not at all.
            return text.lowercased().contains("pass") ? mask : text
        }
        var address = text[scheme.upperBound...]
        var query = Substring()
        if let mark = address.firstIndex(of: "?") {
            query = address[mark...].dropFirst()
            address = address[..<mark]
        }
        // A password may hold any of the characters that end one, written as they are.
        if let at = address.lastIndex(of: "@"), let colon = address[..<at].firstIndex(of: ":") {
            address = "\(address[...colon])\(mask)\(address[at...])"
        }
        let parameters = query.split(separator: "&").map { parameter in
            let name = parameter.prefix { $0 != "=" }
            return name.lowercased().contains("pass") || name.contains("%") ? "\(name)=\(mask)" : String(parameter)
        }
        return text[..<scheme.upperBound] + address
            + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
    }

    /// Whether `text` is one that ``masked(_:)`` made, so that its password is not known.
    static func holdsMask(_ text: String) -> Bool {
        let mask = DocumentDecoder.mask
        return text == mask || text.contains(":\(mask)@") || text.contains("=\(mask)")
    }

    private static func isURL(_ text: String, _ schemes: [String]) -> Bool {
        schemes.contains { text.hasPrefix("\($0)://") && text.utf8.count > $0.utf8.count + 3 }
    }

    private static func hasKeywords(_ text: String) -> Bool {
        guard let equals = text.firstIndex(of: "=") else { return false }
        return self.keywords.contains(text[..<equals].trimmingSpaces)
    }
}
