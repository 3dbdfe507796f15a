/// Splits a stream without `alt=sse` into its chunks: `[{..}`, `,\r\n{..}`, `]`. Feed any split of bytes.
///
/// A single object, and several one after the other, are taken as well. White space and commas between the elements are
/// passed over. Elements are not validated; their reader does that.
public struct GeminiArraySplitter: Sendable {
    /// What one step found.
    public enum Step: Sendable {
        /// The chunk is used up.
        case more
        /// An element is complete; ``element`` has it.
        case element
        /// The array ended.
        case end
        /// A byte that belongs to no array of objects, or an element of more than ``limit`` bytes.
        case failure
    }

    /// How many bytes an element may have.
    public let limit: Int
    /// The element that the last step completed; valid until the next step.
    public private(set) var element: [UInt8] = []

    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isElementStale = false
    private var hasEnded = false
    private var hasBegun = false
    private var isCommaDue = false

    /// Creates a splitter; `limit` is in bytes, 16 MiB by default.
    public init(limit: Int = 16 * 1024 * 1024) {
        self.limit = max(1, limit)
    }

    /// Whether an element has begun and not ended.
    public var isInsideElement: Bool { depth > 0 }

    /// Where the bytes stop: within an element or outside of an array, or between the elements of one.
    public var standing: StreamStanding {
        hasBegun && !hasEnded && depth == 0 ? .inArray(isCommaDue: isCommaDue) : .within
    }

    /// The next step in `bytes` at or after `offset`; moves `offset` past what was read.
    public mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> Step {
        if isElementStale {
            isElementStale = false
            element.removeAll(keepingCapacity: element.capacity <= 256 * 1024)
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if depth == 0 {
                offset += 1
                switch byte {
                case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "["):
                    if hasEnded, byte > 0x20 { return .failure }
                    if byte == UInt8(ascii: "[") { hasBegun = true }
                    if byte == UInt8(ascii: ",") { isCommaDue = false }
                case UInt8(ascii: "]"):
                    guard !hasEnded else { return .failure }
                    hasEnded = true
                    return .end
                case UInt8(ascii: "{"):
                    guard !hasEnded else { return .failure }
                    element.append(byte)
                    depth = 1
                default: return .failure
                }
                continue
            }
            let start = offset
            let isComplete = scan(bytes, &offset)
            guard element.count + (offset - start) <= limit else { return .failure }
            bytes.extracting(start..<offset).withUnsafeBufferPointer { element.append(contentsOf: $0) }
            if isComplete {
                isCommaDue = true
                isElementStale = true
                return .element
            }
        }
        return .more
    }

    /// Moves over the inside of an element; `true` when it ended.
    private mutating func scan(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == JSONToken.backslash {
                    isEscaped = true
                } else if byte == JSONToken.quote {
                    isInString = false
                }
                continue
            }
            switch byte {
            case JSONToken.quote: isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return true }
            default: break
            }
        }
        return false
    }
}
