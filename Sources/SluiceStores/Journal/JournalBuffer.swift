/// Memory that the lines of a journal are written into, used again for each: JSON by hand, at a few instructions a byte.
///
/// Members are written with their comma before them, their key and its quotes in one literal. The first one's comma becomes the brace
/// of its object, see ``open(_:at:)``. Texts from outside are cut to ``longestName`` bytes, at a character's boundary.
struct JournalBuffer: ~Copyable {
    /// The longest name that is kept whole, in bytes of UTF-8.
    static let longestName = 16 * 1024

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let hexadecimal: StaticString = "0123456789abcdef"
    /// The numbers from 0 to 99 in two digits each.
    private static let pairs: StaticString = """
        00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """

    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes were written.
    private(set) var count = 0
    /// Where the text at hand begins; its parts are counted from here.
    private(set) var origin = 0

    /// Makes an empty buffer.
    init(capacity: Int = 2048) {
        self.capacity = max(capacity, 64)
        self.start = .allocate(capacity: self.capacity)
    }

    deinit {
        self.start.deallocate()
    }

    /// What was written; to be used before the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.start, count: self.count) }
    /// The text at hand; to be used before the next change.
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self.bytes[self.origin...]) }

    /// Forgets what was written, and gives memory back that is more than so many bytes.
    mutating func removeAll(keepingAtMost most: Int = .max) {
        self.count = 0
        self.origin = 0
        guard self.capacity > most else { return }
        self.start.deallocate()
        self.capacity = max(most, 64)
        self.start = .allocate(capacity: self.capacity)
    }

    /// Begins a text here.
    mutating func beginText() {
        self.origin = self.count
    }

    /// Appends a byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        self.reserve(1)
        self.start[self.count] = byte
        self.count &+= 1
    }

    /// Appends a literal as it stands.
    @inline(__always)
    mutating func append(_ literal: StaticString) {
        let length = literal.utf8CodeUnitCount
        self.reserve(length)
        (self.start + self.count).update(from: literal.utf8Start, count: length)
        self.count &+= length
    }

    /// Writes over a byte that is there.
    mutating func put(_ byte: UInt8, at place: Int) {
        precondition(place >= 0 && place < self.count, "a byte is put where none was written")
        self.start[place] = byte
    }

    /// Begins what was written from `place` on with a brace or bracket, in place of the comma before its first member.
    mutating func open(_ byte: UInt8, at place: Int) {
        if place < self.count { self.start[place] = byte } else { self.append(byte) }
    }

    private mutating func reserve(_ more: Int) {
        if self.capacity &- self.count < more { self.grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let capacity = max(self.capacity * 2, self.count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: self.start, count: self.count)
        self.start.deallocate()
        self.start = larger
        self.capacity = capacity
    }
}

// MARK: Values

extension JournalBuffer {
    /// Appends a literal and a number behind it.
    mutating func member(_ key: StaticString, _ value: Int64) {
        self.append(key)
        self.integer(value)
    }

    /// Appends a literal and a text behind it. Returns where the text stands, without its quotes; nowhere, and nothing appended,
    /// where there is none.
    @discardableResult
    mutating func member(_ key: StaticString, _ text: String?) -> RecordOutline.Part {
        guard let text else { return .none }
        self.append(key)
        return self.string(text)
    }

    /// Appends a literal, or nothing.
    mutating func flag(_ literal: StaticString, _ isThere: Bool) {
        if isThere { self.append(literal) }
    }

    /// Appends a number in decimal.
    mutating func integer(_ value: Int64) {
        self.reserve(20)
        if value < 0 {
            self.start[self.count] = UInt8(ascii: "-")
            self.count &+= 1
        }
        var rest = value.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while rest >= bound, digits < 19 {
            digits &+= 1
            bound &*= 10
        }
        if digits == 19, rest >= 10_000_000_000_000_000_000 { digits = 20 }
        let pairs = Self.pairs.utf8Start
        var place = self.count &+ digits
        self.count = place
        while rest >= 100 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            place &-= 2
            self.start[place] = pairs[Int(pair) &* 2]
            self.start[place &+ 1] = pairs[Int(pair) &* 2 &+ 1]
            rest = quotient
        }
        if rest >= 10 {
            self.start[place &- 2] = pairs[Int(rest) &* 2]
            self.start[place &- 1] = pairs[Int(rest) &* 2 &+ 1]
        } else {
            self.start[place &- 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest)
        }
    }

    /// Appends numbers as an array, without the zeros at its end.
    mutating func integers<let length: Int>(_ values: InlineArray<length, Int64>) {
        var end = length
        while end > 0, values[end - 1] == 0 { end -= 1 }
        self.append(UInt8(ascii: "["))
        for index in 0..<end {
            if index > 0 { self.append(UInt8(ascii: ",")) }
            self.integer(values[index])
        }
        self.append(UInt8(ascii: "]"))
    }

    /// Appends a text with its quotes, escaped as RFC 8259 section 7 demands and no further. Returns where it stands.
    @discardableResult
    mutating func string(_ text: String) -> RecordOutline.Part {
        let start = self.count &+ 1 &- self.origin
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { self.quoted($0) }
        // A text that is not in one piece was made by another language's string class: there is none on Linux.
        if isDone == nil { ContiguousArray(text.utf8).withUnsafeBufferPointer { self.quoted($0) } }
        return RecordOutline.Part(start, self.count &- 1 &- self.origin)
    }

    private mutating func quoted(_ source: UnsafeBufferPointer<UInt8>) {
        var length = source.count
        if length > Self.longestName {
            length = Self.longestName
            // Not within a character: its later bytes are 0b10xxxxxx.
            while length > 0, source[length] & 0xC0 == 0x80 { length -= 1 }
        }
        self.reserve(length &+ 2)
        self.start[self.count] = Self.quote
        self.count &+= 1
        let plain = self.copyPlain(source, length)
        if plain < length { self.escape(UnsafeBufferPointer(rebasing: source[plain..<length])) }
        self.append(Self.quote)
    }

    /// Copies up to the first byte that needs an escape, for which there is room. Returns how many it were.
    @inline(__always)
    private mutating func copyPlain(_ source: UnsafeBufferPointer<UInt8>, _ length: Int) -> Int {
        guard let base = source.baseAddress else { return 0 }
        let from = UnsafeRawPointer(base)
        let to = UnsafeMutableRawPointer(self.start + self.count)
        var place = 0
        while place &+ 8 <= length {
            let word = from.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard Self.isPlain(word) else { break }
            to.storeBytes(of: word, toByteOffset: place, as: UInt64.self)
            place &+= 8
        }
        while place < length, Self.isPlain(source[place]) {
            self.start[self.count &+ place] = source[place]
            place &+= 1
        }
        self.count &+= place
        return place
    }

    @inline(never)
    private mutating func escape(_ source: UnsafeBufferPointer<UInt8>) {
        let digits = Self.hexadecimal.utf8Start
        for byte in source {
            if Self.isPlain(byte) {
                self.append(byte)
                continue
            }
            self.append(Self.backslash)
            switch byte {
            case Self.quote, Self.backslash: self.append(byte)
            case UInt8(ascii: "\n"): self.append(UInt8(ascii: "n"))
            case UInt8(ascii: "\r"): self.append(UInt8(ascii: "r"))
            case UInt8(ascii: "\t"): self.append(UInt8(ascii: "t"))
            default:
                self.append("u00")
                self.append(digits[Int(byte >> 4)])
                self.append(digits[Int(byte & 15)])
            }
        }
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != Self.quote && byte != Self.backslash
    }

    /// Whether none of eight bytes needs an escape. It may say no of eight that need none.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ ones &* UInt64(Self.quote)
        let backslashes = word ^ ones &* UInt64(Self.backslash)
        let found =
            ((word &- ones &* 0x20) & ~word) | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return found & highs == 0
    }
}
