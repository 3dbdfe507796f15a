import CLinux

/// Words for the person at the terminal, beside the log.
public enum StandardError {
    /// Writes a line.
    public static func print(_ line: String) {
        sluice_print_error(line + "\n")
    }
}
