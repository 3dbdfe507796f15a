import SluiceCore

extension StoreError {
    /// What an error reply means. Only its first word is kept: the rest may hold arguments.
    ///
    /// Source: redis.io, the errors named at each command, and Redis 7.0's `server.c` (read 2026-11).
    init(redis reply: String) {
        let code = String(reply.prefix { $0 != " " }.prefix(32))
        let kind: Kind =
            switch code {
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "TRYAGAIN", "NOREPLICAS", "MISCONF": .unavailable
            case "BUSY": .busy
            case "OOM": .full
            case "NOAUTH", "WRONGPASS", "NOPERM", "MOVED", "ASK", "CROSSSLOT": .misconfigured
            case "WRONGTYPE": .corrupt
            default: .internal
            }
        self.init(kind, "Redis says \(code)")
    }
}
