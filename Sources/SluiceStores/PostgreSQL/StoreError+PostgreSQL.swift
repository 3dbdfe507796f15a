import SluiceCore

extension StoreError {
    /// What it means that no connection came about. `message` is libpq's, in its verbose form and on one line: it has the SQLSTATE of each server
    /// that refused. Waiting helps unless all that were tried say that something is not in order.
    ///
    /// Source: PostgreSQL 17, section 32.12, `PQsetErrorVerbosity` (read 2026-11).
    init(refusal message: String) {
        let tries = message.ranges(of: " failed: ").count
        let states = Self.states(in: message)
        let kinds = Set(states.map { StoreError(state: $0, text: "").kind })
        let isMisconfigured = !states.isEmpty && states.count >= tries && kinds == [.misconfigured]
        self.init(isMisconfigured ? .misconfigured : .unavailable, message)
    }

    /// The SQLSTATEs of a verbose message: `FATAL:  28P01: password authentication failed`.
    private static func states(in message: String) -> [String] {
        message.split(separator: ":").filter { part in
            part.hasPrefix("  ") && part.utf8.count == 7
                && part.utf8.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        }
        .map { String($0.dropFirst(2)) }
    }

    /// What a SQLSTATE means. `text` is the server's first line, which holds no values of rows: those stand in its detail,
    /// which is not read.
    ///
    /// Source: PostgreSQL 17, appendix A (read 2026-11).
    init(state: String, text: String, constraint: String? = nil) {
        let kind: Kind =
            switch state {
            case "23505": .conflict
            case "23503", "23001": .reference
            case "40001", "40P01": .contention
            case "55P03": .busy
            case "57014": .timeout
            case "53100": .full
            case "25006", "53300", "57P01", "57P02", "57P03", "57P04": .unavailable
            case "XX001", "XX002": .corrupt
            case "42501", "3D000", "3F000": .misconfigured
            default:
                switch state.prefix(2) {
                case "22", "23": .invalid
                case "08": .unavailable
                case "28": .misconfigured
                case "53": .unavailable
                default: .internal
                }
            }
        let place = constraint.map { " (\($0))" } ?? ""
        self.init(kind, "the database says: \(text)\(place) [\(state)]")
    }
}
