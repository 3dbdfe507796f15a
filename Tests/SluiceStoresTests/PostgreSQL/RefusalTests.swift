import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Refused connections of PostgreSQL")
struct RefusalTests {
    private static let place = #"no connection to the database: connection to server at "10.0.0.1", port 5432 failed: "#

    @Test(
        "what waiting does not mend is told from what it does",
        arguments: [
            (#"FATAL:  28P01: password authentication failed for user "me""#, StoreError.Kind.misconfigured),
            (#"FATAL:  3D000: database "x" does not exist"#, .misconfigured),
            ("FATAL:  57P03: the database system is starting up", .unavailable),
            ("FATAL:  53300: sorry, too many clients already", .unavailable),
            ("Connection refused Is the server running on that host and accepting TCP/IP connections?", .unavailable),
        ]
    )
    func one(text: String, kind: StoreError.Kind) {
        #expect(StoreError(refusal: Self.place + text) == StoreError(kind, Self.place + text))
    }

    @Test("of several hosts one that may come back is enough")
    func several() {
        let refused = Self.place + "Connection refused "
        let wrong = Self.place + #"FATAL:  3D000: database "x" does not exist "#
        #expect(StoreError(refusal: refused + wrong).kind == .unavailable)
        #expect(StoreError(refusal: wrong + wrong).kind == .misconfigured)
        #expect(StoreError(refusal: wrong + Self.place + "FATAL:  57P03: starting up").kind == .unavailable)
    }

    @Test("a message without a state says nothing of the configuration")
    func none() {
        #expect(StoreError(refusal: "").kind == .unavailable)
        #expect(StoreError(refusal: "FATAL: ABCDE: x").kind == .unavailable)
        #expect(StoreError(refusal: "could not translate host name \"a:  B:\" to address").kind == .unavailable)
    }
}
