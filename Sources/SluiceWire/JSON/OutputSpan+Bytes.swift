extension OutputSpan<UInt8> {
    /// Appends bytes, for which there must be room.
    @inline(__always)
    mutating func append(contentsOf source: UnsafeRawBufferPointer) {
        guard let base = source.baseAddress else { return }
        self.withUnsafeMutableBufferPointer { target, count in
            precondition(source.count <= target.count - count, "there is no room for what is appended")
            guard let start = target.baseAddress else { return }
            UnsafeMutableRawPointer(start + count).copyMemory(from: base, byteCount: source.count)
            count += source.count
        }
    }
}
