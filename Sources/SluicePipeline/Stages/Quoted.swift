/// A name from outside, as an error message shows it: in quotes, and no longer than a line.
enum Quoted {
    static func name(_ name: String) -> String {
        let shown = name.unicodeScalars.prefix(100).filter { $0.value >= 0x20 && $0.value != 0x7F }
        return "'\(String(String.UnicodeScalarView(shown)))'"
    }
}
