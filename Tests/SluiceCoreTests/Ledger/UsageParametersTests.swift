import Testing

@testable import SluiceCore

@Suite("Queries of usage as text")
struct UsageParametersTests {
    /// 2026-11-30T12:00:00Z.
    private static let now = UnixTime(milliseconds: 1_796_040_000_000)

    private func query(_ parameters: [String: String]) throws(UsageFault) -> UsageQuery {
        try UsageQuery(parameters: { parameters[$0] }, now: Self.now)
    }

    @Test("without parameters it is the last thirty days as one sum")
    func usual() throws {
        let query = try query([:])
        #expect(query.range.upperBound == Self.now)
        #expect(query.range.lowerBound == Self.now.advanced(by: .seconds(-30 * 86_400)))
        #expect(query.dimensions == [] && query.interval == nil && query.filter == UsageFilter())
    }

    @Test("all of it is read")
    func all() throws {
        let query = try query([
            "from": "2026-11-01", "to": "2026-11-05T06:30:00Z", "by": "key,tag:cost-centre,target_model",
            "interval": "day", "order": "tokens", "limit": "7", "key_id": "k", "user": "u", "team": "t", "model": "m:1",
            "provider": "p", "tag": "stage:a:b", "status": "4xx",
        ])
        #expect(query.range.lowerBound.milliseconds == 1_793_491_200_000)
        #expect(query.range.upperBound.milliseconds == 1_793_860_200_000)
        #expect(query.dimensions == [.key, .tag("cost-centre"), .targetModel])
        #expect(query.interval == .day && query.order == .tokens && query.limit == 7)
        #expect(query.filter.keyID == "k" && query.filter.user == "u" && query.filter.team == "t")
        #expect(query.filter.model == "m:1" && query.filter.provider == "p" && query.filter.statuses == 400...499)
        #expect(query.filter.tag == UsageFilter.Tag(name: "stage", value: "a:b"))
    }

    @Test(
        "a period ends now, or where it says",
        arguments: [("90m", 5400), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
    func since(text: String, seconds: Int64) throws {
        #expect(try query(["since": text]).range.lowerBound == Self.now.advanced(by: .seconds(-seconds)))
        let earlier = try query(["since": text, "to": "2026-01-01"])
        #expect(earlier.range.lowerBound == earlier.range.upperBound.advanced(by: .seconds(-seconds)))
    }

    @Test(
        "statuses are one, a class, or a range",
        arguments: [("404", 404...404), ("5xx", 500...599), ("200-299", 200...299)])
    func statuses(text: String, expected: ClosedRange<Int>) throws {
        #expect(try query(["status": text]).filter.statuses == expected)
    }

    @Test("names of dimensions read back as the same")
    func names() {
        for name in UsageDimension.names + ["tag:x:y"] { #expect(UsageDimension(name)?.text == name) }
    }

    @Test(
        "what makes no sense is said with its parameter",
        arguments: [
            ("from", "yesterday"), ("to", "2026-13-01"), ("since", "7"), ("since", "0d"), ("since", "-1d"),
            ("since", "99999999999999999999d"), ("since", "999999w"), ("by", "nobody"), ("by", "key,key"),
            ("by", "key,"),
            ("by", "tag:"), ("by", "key,user,team,tenant,model"), ("interval", "week"), ("order", "size"),
            ("limit", "0"), ("limit", "100001"), ("limit", "x"), ("tag", "stage"), ("tag", ":v"), ("status", "0xx"),
            ("status", "99"), ("status", "300-200"), ("status", "1-2-3"), ("status", "-"), ("from", "2027-01-01"),
        ])
    func refused(name: String, value: String) {
        #expect(throws: UsageFault.self) { try query([name: value]) }
        do {
            _ = try query([name: value])
        } catch {
            #expect(error.parameter == name)
        }
    }

    @Test("from and since do not stand together")
    func both() {
        #expect(throws: UsageFault.self) { try query(["from": "2026-11-01", "since": "1d"]) }
    }
}
