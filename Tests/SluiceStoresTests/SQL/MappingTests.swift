import SluiceCore
import Testing

@testable import SluiceStores

@Suite("What is read from the databases")
struct MappingTests {
    static let stateCases: [(String, StoreError.Kind)] = [
        ("23505", .conflict), ("23503", .reference), ("23514", .invalid), ("40001", .contention),
        ("40P01", .contention),
        ("55P03", .busy), ("57014", .timeout), ("57P01", .unavailable), ("53100", .full), ("53300", .unavailable),
        ("08006", .unavailable), ("28P01", .misconfigured), ("25006", .unavailable), ("XX001", .corrupt),
        ("42P01", .internal), ("22003", .invalid),
    ]
    static let hexadecimal: [(String, [UInt8])] = [(#"\x"#, []), (#"\x00fFA0"#, [0, 255, 160])]

    @Test("states of PostgreSQL have their kinds", arguments: MappingTests.stateCases)
    func states(state: String, kind: StoreError.Kind) {
        #expect(StoreError(state: state, text: "x").kind == kind)
    }

    @Test("bytes in PostgreSQL's form", arguments: MappingTests.hexadecimal)
    func bytes(text: String, bytes: [UInt8]) {
        #expect(Array(text.utf8).withUnsafeBytes { PostgreSQLResult.bytes($0) } == bytes)
    }

    @Test("and what is not that form", arguments: ["", "x00", #"\x0"#, #"\x0g"#, #"\\000"#])
    func notBytes(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { PostgreSQLResult.bytes($0) } == nil)
    }

    @Test("lists and maps come back from their columns")
    func columns() throws {
        for list in [nil, [], ["a", "\"", "日本\n"]] as [[String]?] {
            #expect(try JSONColumn.list(JSONColumn.text(list)) == list)
        }
        for map in [[:], ["a": "b", "": "\\", "é": ""]] as [[String: String]] {
            #expect(try JSONColumn.map(JSONColumn.text(map)) == map)
        }
        for bad in ["", "{", "[1]", "{\"a\":1}", "null"] {
            #expect(throws: StoreError.self) { try JSONColumn.list(bad) }
            #expect(throws: StoreError.self) { try JSONColumn.map(bad) }
        }
    }

    @Test("cursors come back, and nonsense does not")
    func cursors() throws {
        let cursor = PageCursor(time: UnixTime(milliseconds: -5), id: "a.b.")
        #expect(try PageCursor(cursor.text) == cursor)
        for bad in ["", ".", "x.y", "1", "9223372036854775808.a"] {
            #expect(throws: StoreError.self) { try PageCursor(bad) }
        }
    }
}
