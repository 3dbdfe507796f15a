/// Makes each event type's `String` once: a stream repeats a handful of them.
struct SSETypeCache {
    private var strings: [String] = []
    private var last = 0
    /// More types than this in one stream are made anew each time.
    private static let limit = 64

    mutating func string(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> String {
        if last < strings.count, Self.isEqual(strings[last], base, start, end) { return strings[last] }
        for index in strings.indices where Self.isEqual(strings[index], base, start, end) {
            last = index
            return strings[index]
        }
        let string = JSONText.raw(base, start, end)
        if strings.count < Self.limit, end - start <= 128 {
            last = strings.count
            strings.append(string)
        }
        return string
    }

    private static func isEqual(_ string: String, _ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
        let bytes = string.utf8
        guard bytes.count == end - start else { return false }
        return bytes.withContiguousStorageIfAvailable { buffer in
            guard let name = buffer.baseAddress else { return true }
            return ByteScan.equal(base + start, UnsafeRawPointer(name), count: buffer.count)
        } ?? bytes.elementsEqual(UnsafeRawBufferPointer(start: base + start, count: end - start))
    }
}
