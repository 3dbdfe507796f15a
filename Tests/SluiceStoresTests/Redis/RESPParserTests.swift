import Testing

@testable import SluiceStores

@Suite("The parser of Redis's protocol")
struct RESPParserTests {
    /// Bytes, and the values that they hold.
    static let cases: [(String, [RESPValue])] = [
        ("+OK\r\n", [.simple("OK")]),
        ("-ERR no\r\n", [.error("ERR no")]),
        (":-12\r\n:9223372036854775807\r\n", [.integer(-12), .integer(.max)]),
        ("$5\r\na\r\nbc\r\n", [.bytes(Array("a\r\nbc".utf8))]),
        ("$0\r\n\r\n", [.bytes([])]),
        ("$-1\r\n*-1\r\n_\r\n", [.null, .null, .null]),
        ("#t\r\n#f\r\n", [.boolean(true), .boolean(false)]),
        (
            ",1.5\r\n,inf\r\n(12345678901234567890\r\n",
            [.double("1.5"), .double("inf"), .bigNumber("12345678901234567890")]
        ),
        ("!7\r\nERR a\r\n\r\n", [.error("ERR a\r\n")]),
        ("=6\r\ntxt:ab\r\n", [.bytes(Array("ab".utf8))]),
        ("*0\r\n~0\r\n%0\r\n", [.list([]), .list([]), .map([])]),
        ("*2\r\n:1\r\n*2\r\n$1\r\na\r\n*0\r\n", [.list([.integer(1), .list([.bytes(Array("a".utf8)), .list([])])])]),
        ("%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n", [.map([.simple("a"), .list([.integer(1), .integer(2)])])]),
        (">2\r\n+message\r\n:1\r\n+OK\r\n", [.push([.simple("message"), .integer(1)]), .simple("OK")]),
        ("|1\r\n+ttl\r\n:3\r\n*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n", [.list([.integer(1), .integer(2)])]),
    ]

    private func values(_ pieces: some Sequence<ArraySlice<UInt8>>, _ limits: RESPParser.Limits = .init()) throws
        -> [RESPValue]
    {
        var parser = RESPParser(limits: limits)
        var values: [RESPValue] = []
        for piece in pieces {
            parser.feed(piece)
            while let value = try parser.next() { values.append(value) }
        }
        return values
    }

    @Test(
        "values come out as they stand, in every split in two and byte by byte",
        arguments: RESPParserTests.cases.indices)
    func splits(index: Int) throws {
        let (text, expected) = Self.cases[index]
        let bytes = Array(text.utf8)
        #expect(try self.values([bytes[...]]) == expected)
        #expect(try self.values(bytes.indices.map { bytes[$0...$0] }) == expected)
        for split in 0...bytes.count {
            #expect(try self.values([bytes[..<split], bytes[split...]]) == expected)
        }
    }

    @Test("all cases one after the other, in random splits, give all values")
    func stream() throws {
        let bytes = Array(Self.cases.map(\.0).joined().utf8)
        let expected = Self.cases.flatMap(\.1)
        var generator = Seeded(seed: 7)
        for _ in 0..<300 {
            var pieces: [ArraySlice<UInt8>] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...max(1, min(rest.count, 20)), using: &generator)
                pieces.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(try self.values(pieces) == expected)
        }
    }

    @Test(
        "what is not the protocol is refused",
        arguments: [
            "x\r\n", "\r\n", ":a\r\n", ":\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$x\r\n", "$1\r\nab\r\n",
            "*-2\r\n",
            "%-1\r\n", ">-1\r\n", "+a\n", "#x\r\n", "#\r\n", "_a\r\n", "=3\r\nabc\r\n", "!-1\r\n",
        ])
    func malformed(text: String) {
        #expect(throws: RESPParser.Failure.self) { try self.values([Array(text.utf8)[...]]) }
    }

    @Test("depth, sizes and counts are bounded before memory is taken")
    func bounds() throws {
        let limits = RESPParser.Limits(depth: 3, bytes: 10, elements: 8, line: 12)
        func parse(_ text: String) throws -> [RESPValue] { try self.values([Array(text.utf8)[...]], limits) }
        #expect(try parse("*1\r\n*1\r\n*1\r\n:1\r\n") == [.list([.list([.list([.integer(1)])])])])
        for text in [
            "*1\r\n*1\r\n*1\r\n*1\r\n", "$11\r\n", "$9999999999999\r\n", "*9\r\n", "%5\r\n", "*9223372036854775807\r\n",
            "%9223372036854775807\r\n", "+1234567890123456", "*4\r\n*2\r\n:1\r\n:1\r\n*2\r\n:1\r\n:1\r\n:1\r\n:1\r\n",
        ] {
            #expect(throws: RESPParser.Failure.tooLarge, "\(text)") { try parse(text) }
        }
        // The count is of one value: many small ones one after the other are in order.
        #expect(try parse(String(repeating: ":1\r\n", count: 100)).count == 100)
    }

    @Test("whatever comes, it ends with values or an error, the same in any split")
    func garbage() {
        var generator = Seeded(seed: 42)
        let seeds = Self.cases.map { Array($0.0.utf8) }
        for round in 0..<4000 {
            var bytes = seeds[round % seeds.count] + seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(Array("*$%:-1\r\n".utf8).randomElement(using: &generator) ?? 0, at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            let limits = RESPParser.Limits(depth: 4, bytes: 1000, elements: 100, line: 1000)
            let whole = Result { try self.values([bytes[...]], limits) }
            let single = Result { try self.values(bytes.indices.map { bytes[$0...$0] }, limits) }
            switch (whole, single) {
            case (.success(let a), .success(let b)): #expect(a == b)
            case (.failure(let a), .failure(let b)): #expect((a as? RESPParser.Failure) == (b as? RESPParser.Failure))
            default: Issue.record("\(bytes): \(whole) in one piece, \(single) byte by byte")
            }
        }
    }
}

/// Random numbers that are the same in each run.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    /// SplitMix64, by Sebastiano Vigna.
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
