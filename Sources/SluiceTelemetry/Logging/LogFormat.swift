/// How log lines look.
public enum LogFormat: Sendable, Hashable {
    /// One JSON object a line.
    case json
    /// Aligned columns for people; with ANSI colours only where a terminal was found.
    case pretty(colours: Bool)
}
