/// The labels of one series, escaped: `method="GET",path="/metrics"`.
struct LabelText {
    private(set) var bytes: [UInt8] = []

    /// Adds a label. In the value a backslash, a quotation mark and a line feed are escaped; the rest is UTF-8 as it is.
    func adding(_ name: StaticString, _ value: String) -> LabelText {
        var result = self
        if !result.bytes.isEmpty { result.bytes.append(",") }
        result.bytes.append(name)
        result.bytes.append("=\"")
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): result.bytes.append("\\\\")
            case UInt8(ascii: "\""): result.bytes.append("\\\"")
            case UInt8(ascii: "\n"): result.bytes.append("\\n")
            default: result.bytes.append(byte)
            }
        }
        result.bytes.append("\"")
        return result
    }
}
