import SluiceCore

extension StoreError {
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
