import SluiceWire

/// A gzip stream of stored blocks: real gzip that any decoder takes, without a compressor.
///
/// Source: RFC 1952 (the member) and RFC 1951, section 3.2.4 (stored blocks).
struct StoredGzip: Sendable {
    private var checksum = CRC32()
    private var length: UInt32 = 0

    private var hasHeader = false

    /// The content as stored blocks of at most 65,535 bytes each; the first call puts the member's header before
    /// them.
    mutating func blocks(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(content.count + 5 * (content.count / 65_535 + 1) + 10)
        if !hasHeader {
            out.append(contentsOf: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
            hasHeader = true
        }
        checksum.update(content.span)
        length &+= UInt32(truncatingIfNeeded: content.count)
        var rest = content
        while !rest.isEmpty {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            appendBlock(block, isFinal: false, to: &out)
        }
        return out
    }

    /// The empty final block, the checksum and the length.
    mutating func trailer() -> [UInt8] {
        var out = hasHeader ? [] : blocks([])
        appendBlock([], isFinal: true, to: &out)
        for word in [checksum.value, length] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return out
    }

    private func appendBlock(_ block: ArraySlice<UInt8>, isFinal: Bool, to out: inout [UInt8]) {
        let count = UInt16(truncatingIfNeeded: block.count)
        out.append(isFinal ? 1 : 0)
        out.append(UInt8(truncatingIfNeeded: count))
        out.append(UInt8(truncatingIfNeeded: count >> 8))
        out.append(UInt8(truncatingIfNeeded: ~count))
        out.append(UInt8(truncatingIfNeeded: ~count >> 8))
        out.append(contentsOf: block)
    }
}
