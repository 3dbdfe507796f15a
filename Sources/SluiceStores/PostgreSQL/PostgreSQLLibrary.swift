import CPostgreSQL
import Glibc
import SluiceCore

/// libpq, opened when a PostgreSQL database is configured and not before: it brings some twenty libraries with it, which
/// a gateway with SQLite does without.
struct PostgreSQLLibrary: @unchecked Sendable {
    // Unchecked: a table of functions that is not changed after it was filled, of a library that is never closed. libpq is
    // safe for threads as long as each connection is used by one at a time.
    let functions: sluice_libpq

    /// Opens the library. Throws `misconfigured` with what to install when there is none, or when it is too old.
    init() throws(StoreError) {
        var reason = ""
        for name in ["libpq.so.5", "libpq.so"] {
            guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
                reason = dlerror().map { String(cString: $0) } ?? reason
                continue
            }
            var functions = sluice_libpq()
            if let missing = sluice_libpq_load(library, &functions) {
                throw StoreError(.misconfigured, "\(name) has no \(String(cString: missing)): install a newer libpq")
            }
            self.functions = functions
            return
        }
        throw StoreError(
            .misconfigured,
            "a PostgreSQL database is configured and its client library is missing. Install it (Debian: libpq5; Fedora: libpq; Alpine: libpq). \(reason)"
        )
    }
}
