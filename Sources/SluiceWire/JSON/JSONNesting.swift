/// Which containers are open, one bit each: 1 for an object, 0 for an array.
///
/// The innermost 64 levels are one word; deeper nesting spills whole words to an array, which stays unallocated for
/// the texts that clients really send.
struct JSONNesting {
    private(set) var depth = 0
    private var bits: UInt64 = 0
    private var spilled: [UInt64] = []

    /// Whether the innermost open container is an object; meaningless at depth 0.
    @inline(__always)
    var isObject: Bool { bits & 1 == 1 }

    @inline(__always)
    mutating func push(isObject: Bool) {
        if depth & 63 == 0, depth > 0 { spilled.append(bits) }
        bits = (bits &<< 1) | (isObject ? 1 : 0)
        depth &+= 1
    }

    @inline(__always)
    mutating func pop() {
        depth &-= 1
        bits &>>= 1
        if depth & 63 == 0, depth > 0, let outer = spilled.popLast() { bits = outer }
    }
}
