extension JSONDocument.Storage {
    /// The index of the value of the last member with the decoded key `name`, among the members of an object whose entries
    /// lie in `range`; `nil` when there is none.
    func lastMember(named name: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int? {
        bytes.withUnsafeBytes { raw in
            tape.withUnsafeBufferPointer { tape in
                guard let base = raw.baseAddress, range.upperBound <= tape.count else { return nil }
                var found: Int?
                var position = range.lowerBound
                while position < range.upperBound {
                    if Self.isKey(tape[position], base, UnsafeRawBufferPointer(name)) { found = position + 1 }
                    position = Int(tape[position + 1].next)
                }
                return found
            }
        }
    }

    /// Whether the key of an entry is `name`.
    func isKey(_ entry: JSONTapeEntry, _ name: StaticString) -> Bool {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            return Self.isKey(
                entry, base, UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
    }

    @inline(__always)
    private static func isKey(
        _ entry: JSONTapeEntry, _ base: UnsafeRawPointer, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        let (start, end) = (Int(entry.start), Int(entry.end))
        if entry.hasEscapes {
            return JSONText.equalDecoded(base, start, end, name.baseAddress ?? base, name.count)
        }
        guard end - start == name.count else { return false }
        return ByteScan.equal(base + start, name.baseAddress ?? base, count: name.count)
    }
}
