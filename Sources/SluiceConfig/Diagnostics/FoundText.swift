/// Makes text of a file fit to be quoted in a message of one line.
enum FoundText {
    private static let longest = 60

    /// `text` without control characters and of bounded length.
    static func sanitized(_ text: String, longest: Int = Self.longest) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard result.count < longest else {
                result.append("…")
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// What stands in a scalar, for "found ...". A user with password and a query, as URLs hold them, are left out.
    static func of(_ scalar: ConfigurationNode.Scalar) -> String {
        // What a reference stands for may be a secret: only the reference is shown.
        var text = (scalar.reference ?? scalar.text)[...]
        if text.isEmpty { return "nothing" }
        if scalar.reference == nil, let query = text.firstIndex(of: "?") { text = text[...query] + "***" }
        guard let at = text.lastIndex(of: "@") else { return sanitized(String(text)) }
        let start = String(text).range(ofASCII: "://").map { String(String(text)[..<$0.upperBound]) } ?? ""
        return sanitized("\(start)***\(text[at...])")
    }
}
