public import SluiceCore

/// Where a SQL store is.
///
/// Shape: `sqlite:PATH`, `postgres://...` or `postgresql://...`, or libpq's keywords (`host=... dbname=...`). What a URL or the
/// keywords hold is libpq's business: `sslmode`, `sslrootcert`, several hosts, `target_session_attrs` and the rest.
/// Source: PostgreSQL 17, section 32.1.1 (read 2026-11).
public enum StoreLocation: Sendable, Hashable {
    /// A file.
    case sqlite(path: String)
    /// A PostgreSQL database; the text may hold a password.
    case postgresql(Secret)

    /// Where the database is when nothing is configured.
    public static let `default` = StoreLocation.sqlite(path: "./data/sluice.db")

    /// Reads a configured text. Throws `misconfigured`, with no part of the text beyond its scheme.
    public init(_ text: String) throws(StoreError) {
        if text.hasPrefix("sqlite:") {
            var path = text.dropFirst("sqlite:".count)
            // `sqlite:///path` is absolute in the way of other programs' URLs; `sqlite://path` is relative.
            if path.hasPrefix("//") { path = path.dropFirst(2) }
            guard !path.isEmpty, path != ":memory:", !path.contains("?") else {
                throw StoreError(
                    .misconfigured,
                    "expected sqlite: and the path of a file, as in sqlite:./data/sluice.db; in memory nothing would survive"
                )
            }
            self = .sqlite(path: String(path))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") || Self.hasKeywords(text) {
            self = .postgresql(Secret(text))
        } else {
            throw StoreError(
                .misconfigured, "expected a database as sqlite:PATH, postgres://... or host=... dbname=...")
        }
    }

    private static func hasKeywords(_ text: String) -> Bool {
        ["host", "hostaddr", "dbname", "service", "user", "port"].contains { keyword in
            guard let first = text.split(separator: "=", maxSplits: 1).first else { return false }
            return text.contains("=") && first.drop { $0 == " " }.filter { $0 != " " } == keyword
        }
    }
}

extension StoreLocation: CustomStringConvertible {
    /// The kind and, for a file, the path. Safe for logs.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgresql: "postgresql"
        }
    }
}
