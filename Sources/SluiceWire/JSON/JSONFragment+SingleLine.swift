extension JSONFragment {
    /// The value without line ends, for formats in which a line end ends the value; itself where it has none.
    ///
    /// White space outside strings is left out; inside strings a line end can only be an escape.
    var singleLine: JSONFragment {
        guard bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
        var compact: [UInt8] = []
        compact.reserveCapacity(bytes.count)
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == JSONToken.backslash {
                    isEscaped = true
                } else if byte == JSONToken.quote {
                    isInString = false
                }
            } else if byte <= 0x20 {
                continue
            } else if byte == JSONToken.quote {
                isInString = true
            }
            compact.append(byte)
        }
        return JSONFragment(written: compact)
    }
}
