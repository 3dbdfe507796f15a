/// What is wrong with a time zone file.
public enum TimeZoneError: Error, Sendable, Equatable {
    /// It does not begin with `TZif`.
    case notATimeZoneFile
    /// It is larger than a megabyte, or holds more than 10,000 transitions: no real zone does.
    case tooLarge
    /// It ends before its tables do, or its tables contradict each other.
    case malformed
}

extension TimeZoneRules {
    /// Reads a file of the time zone database. At most a megabyte is taken.
    ///
    /// Versions 2 to 4 are read from their 64-bit block with the rule behind it, version 1 from its only block. Leap
    /// seconds and names are passed over. Source: RFC 8536, section 3.
    public convenience init(name: String, file: [UInt8]) throws(TimeZoneError) {
        guard file.count <= 1 << 20 else { throw .tooLarge }
        var reader = TimeZoneFile(bytes: file)
        var header = try reader.header()
        var width = 4
        if header.version >= UInt8(ascii: "2") {
            try reader.skip(header.length(timeWidth: 4))
            header = try reader.header()
            width = 8
        }
        guard header.transitions <= 10_000 else { throw .tooLarge }
        let transitions = try reader.numbers(header.transitions, width: width)
        let indexes = try reader.take(header.transitions)
        var types: [Int64] = []
        for _ in 0..<header.types {
            types.append(try reader.number(width: 4))
            try reader.skip(2)
        }
        guard let first = types.first, types.allSatisfy({ abs($0) <= 86_400 }),
            zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }),
            // Moments that no calendar here reaches would overflow.
            transitions.allSatisfy({ $0.magnitude < 1 << 60 })
        else { throw .malformed }
        var offsets: [Int64] = []
        for index in indexes {
            guard Int(index) < types.count else { throw .malformed }
            offsets.append(types[Int(index)])
        }
        try reader.skip(header.length(timeWidth: width) - header.transitions * (width + 1) - header.types * 6)
        var rest: PosixZone?
        if width == 8 {
            let rule = try reader.line()
            if !rule.isEmpty {
                guard let zone = PosixZone(rule) else { throw .malformed }
                rest = zone
            }
        }
        self.init(name: name, transitions: transitions, offsets: offsets, first: first, rest: rest)
    }
}

/// A cursor over a time zone file that never reads behind its end.
private struct TimeZoneFile {
    struct Header {
        let version: UInt8
        let universal: Int
        let standard: Int
        let leaps: Int
        let transitions: Int
        let types: Int
        let characters: Int

        /// The bytes of the tables behind the header. Each count is below 2^20, so that nothing overflows.
        func length(timeWidth: Int) -> Int {
            self.transitions * (timeWidth + 1) + self.types * 6 + self.characters + self.leaps * (timeWidth + 4)
                + self.standard + self.universal
        }
    }

    let bytes: [UInt8]
    var index = 0

    mutating func header() throws(TimeZoneError) -> Header {
        guard try self.take(4).elementsEqual("TZif".utf8) else { throw .notATimeZoneFile }
        let version = try self.take(1).first ?? 0
        try self.skip(15)
        let counts = try self.numbers(6, width: 4)
        guard counts.allSatisfy({ (0..<(1 << 20)).contains($0) }) else { throw .malformed }
        return Header(
            version: version, universal: Int(counts[0]), standard: Int(counts[1]), leaps: Int(counts[2]),
            transitions: Int(counts[3]), types: Int(counts[4]), characters: Int(counts[5])
        )
    }

    mutating func take(_ count: Int) throws(TimeZoneError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= self.bytes.count - self.index else {
            throw self.index == 0 ? .notATimeZoneFile : .malformed
        }
        defer { self.index += count }
        return self.bytes[self.index..<(self.index + count)]
    }

    mutating func skip(_ count: Int) throws(TimeZoneError) {
        _ = try self.take(count)
    }

    /// A signed big-endian number of four or eight bytes.
    mutating func number(width: Int) throws(TimeZoneError) -> Int64 {
        let value = try self.take(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }

    mutating func numbers(_ count: Int, width: Int) throws(TimeZoneError) -> [Int64] {
        guard count <= (self.bytes.count - self.index) / width else { throw .malformed }
        var result: [Int64] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try self.number(width: width)) }
        return result
    }

    /// The text between two line ends.
    mutating func line() throws(TimeZoneError) -> ArraySlice<UInt8> {
        guard try self.take(1).first == UInt8(ascii: "\n"),
            let end = self.bytes[self.index...].firstIndex(of: UInt8(ascii: "\n"))
        else { throw .malformed }
        return try self.take(end - self.index)
    }
}
