import HTTPTypes
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceAdmin

@Suite("Prices that are set over the admin API", .serialized, .timeLimit(.minutes(5)))
struct PriceOverrideTests {
    private static let path = "/prices/overrides"

    private func number(_ answer: Answer, _ name: String) -> String? {
        answer[name].map { String(decoding: $0.rawBytes, as: UTF8.self) }
    }

    @Test("what is stored is exact, and names what charges will say")
    func exact() async throws {
        try await AdminHarness.run { harness in
            let made = try await harness.call(
                .post, Self.path,
                #"{"models":"llama-*","provider":"vllm-a","input":0.2,"cached_input":"0.000000001","cache_write":0,"output":1E2,"request":5e-05,"from":"2026-12-01","until":"2027-01-01","note":"contract 7"}"#
            )
            #expect(made.status == 201, "\(made.text)")
            #expect(number(made, "input") == "0.2" && number(made, "cached_input") == "0.000000001")
            #expect(number(made, "cache_write") == "0" && number(made, "cache_write_1h") == "null")
            #expect(number(made, "output") == "100" && number(made, "request") == "0.00005")
            #expect(number(made, "image") == "0")
            let id = try #require(made["id"]?.stringValue)
            #expect(made["version"]?.stringValue?.hasPrefix("override-\(id)-") == true && id.hasPrefix("price_"))
            #expect(harness.refreshes.count == 1, "it is in force here when the answer comes")

            let changed = try await harness.call(
                .patch, "\(Self.path)/\(id)", #"{"cached_input":null,"until":null,"image":0.04}"#,
                headers: [.ifMatch: try #require(made.headers[.eTag])])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(number(changed, "cached_input") == "null" && number(changed, "input") == "0.2")
            #expect(changed["from"]?.stringValue == "2026-12-01" && changed["until"]?.isNull == true)
            #expect(changed["version"]?.stringValue != made["version"]?.stringValue)
            let stale = try await harness.call(
                .delete, "\(Self.path)/\(id)", headers: [.ifMatch: try #require(made.headers[.eTag])])
            #expect(stale.status == 412)
            #expect(try await harness.call(.delete, "\(Self.path)/\(id)").status == 204)
            #expect(harness.refreshes.count == 3)
            let audit = try await harness.call(.get, "/audit?subject=\(id)")
            let entries = audit["data"].map { Array($0.elements) } ?? []
            #expect(entries.map { $0["action"]?.stringValue } == ["price.create", "price.update", "price.remove"])
            #expect(entries.first?["detail"]?["note"]?.stringValue == "contract 7")
        }
    }

    @Test(
        "what is no price is refused, and says which member is at fault",
        arguments: [
            (#"{"models":"m","input":-1,"output":1}"#, "input"), (#"{"models":"m","input":1,"output":-0.0}"#, "output"),
            (#"{"models":"m","input":"NaN","output":1}"#, "input"),
            (#"{"models":"m","input":"Infinity","output":1}"#, "input"),
            (#"{"models":"m","input":1e400,"output":1}"#, "input"),
            (#"{"models":"m","input":1e-10,"output":1}"#, "input"),
            (#"{"models":"m","input":1000000.1,"output":1}"#, "input"),
            (#"{"models":"m","input":99999999999999999999,"output":1}"#, "input"),
            (#"{"models":"m","input":"1e99999999999999999999","output":1}"#, "input"),
            (#"{"models":"m","input":true,"output":1}"#, "input"),
            (#"{"models":"m","input":null,"output":1}"#, "input"),
            (#"{"models":"m","input":1}"#, "output"), (#"{"models":"m","output":1}"#, "input"),
            (#"{"models":"m"}"#, "input"), (#"{"models":"m","request":0}"#, "input"),
            (#"{"models":"m","request":-1}"#, "request"), (#"{"models":"m","image":"a"}"#, "image"),
            (#"{"input":1,"output":1}"#, "models"), (#"{"models":"","input":1,"output":1}"#, "models"),
            (#"{"models":"a b","input":1,"output":1}"#, "models"),
            (#"{"models":"a\n","input":1,"output":1}"#, "models"),
            (#"{"models":["a"],"input":1,"output":1}"#, "models"),
            (#"{"models":"m","provider":"","input":1,"output":1}"#, "provider"),
            (#"{"models":"m","input":1,"output":1,"from":"2026-02-30"}"#, "from"),
            (#"{"models":"m","input":1,"output":1,"from":"2026-12-01T00:00:00Z"}"#, "from"),
            (#"{"models":"m","input":1,"output":1,"from":"2026-12-01","until":"2026-12-01"}"#, "until"),
            (#"{"models":"m","input":1,"output":1,"from":"2026-12-02","until":"2026-12-01"}"#, "until"),
            (#"{"models":"m","input":1,"output":1,"note":"a\u0000"}"#, "note"),
            (#"{"models":"m","input":1,"output":1,"id":"price_x"}"#, "id"),
            (#"{"models":"m","input":1,"output":1,"outptu":1}"#, "outptu"),
        ])
    func refusals(body: String, parameter: String) async throws {
        try await AdminHarness.run { harness in
            let answer = try await harness.call(.post, Self.path, body)
            #expect(answer.status == 400, "\(body): \(answer.text)")
            #expect(answer.parameter == parameter, "\(body): \(answer.text)")
            #expect(try await harness.call(.get, Self.path).ids.isEmpty)
            #expect(harness.refreshes.count == 0)
        }
    }

    @Test("a change is checked as a whole, and what never changes is refused")
    func changes() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make(
                Self.path, #"{"models":"m","input":1,"output":1,"from":"2026-12-01","until":"2027-01-01"}"#)
            for (body, parameter) in [
                (#"{"from":"2027-01-01"}"#, "until"), (#"{"until":"2026-12-01"}"#, "until"),
                (#"{"input":null}"#, "input"),
                (#"{"models":"other"}"#, "models"), (#"{"provider":"p"}"#, "provider"),
                (#"{"request":null}"#, "request"),
            ] {
                let answer = try await harness.call(.patch, "\(Self.path)/\(id)", body)
                #expect(answer.status == 400 && answer.parameter == parameter, "\(body): \(answer.text)")
            }
            let second = try await harness.call(
                .post, Self.path, #"{"models":"m","input":1,"output":1,"until":"2026-12-02"}"#)
            #expect(second.status == 409 && second.code == "conflict")
            #expect(second.message?.contains(id) == true)
            try await harness.make(Self.path, #"{"models":"m","input":1,"output":1,"from":"2027-01-01"}"#)
            try await harness.make(Self.path, #"{"models":"m","provider":"p","request":0.01}"#)
        }
    }

    @Test("lists are pages")
    func pages() async throws {
        try await AdminHarness.run { harness in
            var made: [String] = []
            for index in 0..<5 {
                made.append(try await harness.make(Self.path, #"{"models":"m\#(index)","input":1,"output":1}"#))
            }
            var seen: [String] = []
            var next: String?
            repeat {
                let page = try await harness.call(
                    .get, "\(Self.path)?limit=2" + (next.map { "&after=\($0)" } ?? ""))
                seen += page.ids
                next = page["next"]?.stringValue
            } while next != nil && seen.count < 10
            #expect(seen == made)
        }
    }

    @Test("amounts are read as JSON writes them")
    func amounts() {
        let cases: [(String, Int64?)] = [
            ("0.25", 250_000_000), ("2.5e-1", 250_000_000), ("25E-2", 250_000_000), ("1e0", 1_000_000_000),
            ("1.5e+3", 1_500_000_000_000), ("5e-9", 5), ("5e-10", nil), ("10e-10", 1), ("0e5", 0), ("1e", nil),
            ("e5", nil), ("1.2.3e1", nil), ("1e1.5", nil), ("-1e1", nil), ("1e31", nil), ("1e-31", nil), ("", nil),
            ("9e18", nil),
        ]
        for (text, amount) in cases {
            #expect(FieldReader.dollars(of: text)?.amount == amount, "\(text)")
        }
    }
}
