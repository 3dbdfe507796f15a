/// Finds `include_usage` in a `stream_options` object that the scan has validated.
struct OpenAIStreamOptionsSink: JSONSink {
    let base: UnsafeRawPointer
    private(set) var count = 0
    private(set) var kind: JSONKind?
    private var isUsage = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        guard depth == 1 else { return true }
        isUsage = JSONText.equal(base, start, end, hasEscapes: hasEscapes, "include_usage")
        if isUsage { count += 1 }
        return true
    }

    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 1, isUsage { self.kind = kind }
        return true
    }

    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 1, isUsage { self.kind = kind }
        return true
    }

    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {}
}
