/// Finds out whether a body holds something that the gateway sealed into an earlier answer.
///
/// Such a body was answered before by another vendor, whose thoughts and ids travel in it; it is converted even where the
/// provider speaks the client's dialect, since no vendor knows these tokens.
public enum CarrierMark {
    /// Whether `"slt1_`, `"slc1_` or `"sli1_` stands in the bytes.
    ///
    /// - Parameter mayBeEncoded: whether the dialect's SDKs take a seal for bytes, so that a token stands there in base64.
    public static func isIn(_ bytes: Span<UInt8>, mayBeEncoded: Bool) -> Bool {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            return isIn(base, raw.count) || (mayBeEncoded && isEncodedIn(base, raw.count))
        }
    }

    /// Whether a string begins with the base64 of `slt1_`, as far as that does not depend on what follows.
    private static func isEncodedIn(_ base: UnsafeRawPointer, _ end: Int) -> Bool {
        var position = 0
        while true {
            let quote = ByteScan.find(0x22, base, position, end)
            guard quote + 7 <= end else { return false }
            position = quote + 1
            if ByteScan.equal(base, position, position + 6, "c2x0MV") { return true }
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
