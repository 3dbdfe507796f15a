/// Finds out whether a body holds something that the gateway sealed into an earlier answer.
///
/// Such a body was answered before by another vendor, whose thoughts and ids travel in it; it is converted even where the
/// provider speaks the client's dialect, since no vendor knows these tokens.
public enum CarrierMark {
    /// Whether `"slt1_`, `"slc1_` or `"sli1_` stands in the bytes.
    public static func isIn(_ bytes: Span<UInt8>) -> Bool {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            return isIn(base, raw.count)
        }
    }

    private static func isIn(_ base: UnsafeRawPointer, _ end: Int) -> Bool {
        // The underscore behind a digit is rarer than a quote, and ends the mark.
        var position = 0
        while true {
            let found = ByteScan.find(0x5F, base, position, end)
            guard found < end else { return false }
            position = found + 1
            guard found >= 5, ByteScan.byte(base, found - 1) == 0x31, ByteScan.equal(base, found - 5, found - 2, "\"sl")
            else { continue }
            switch ByteScan.byte(base, found - 2) {
            case UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "i"): return true
            default: continue
            }
        }
    }
}
