import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("FailedAttempts")
struct FailedAttemptsTests {
    private static let start = UnixTime(milliseconds: 1_796_040_000_000)
    private static let address = IPAddress("192.0.2.1")

    private static func later(_ milliseconds: Int64) -> UnixTime {
        UnixTime(milliseconds: self.start.milliseconds + milliseconds)
    }

    @Test("an address may fail so often in one go, and then once in each interval")
    func burst() {
        var attempts = FailedAttempts(burst: 3, interval: .seconds(2))
        for _ in 0..<3 {
            #expect(attempts.wait(of: Self.address, at: Self.start) == nil)
            attempts.failed(from: Self.address, at: Self.start)
        }
        #expect(attempts.wait(of: Self.address, at: Self.start) == 2)
        #expect(attempts.wait(of: Self.address, at: Self.later(1001)) == 1)
        #expect(attempts.wait(of: Self.address, at: Self.later(2000)) == nil)
        attempts.failed(from: Self.address, at: Self.later(2000))
        #expect(attempts.wait(of: Self.address, at: Self.later(2000)) == 2)
        // After a while without any it may fail as often as in the beginning.
        let calm = Self.later(100_000)
        for _ in 0..<3 {
            #expect(attempts.wait(of: Self.address, at: calm) == nil)
            attempts.failed(from: Self.address, at: calm)
        }
        #expect(attempts.wait(of: Self.address, at: calm) == 2)
    }

    @Test("addresses do not pay for each other, but those of one /64 are one")
    func addresses() {
        var attempts = FailedAttempts(burst: 1, interval: .seconds(2))
        attempts.failed(from: Self.address, at: Self.start)
        #expect(attempts.wait(of: IPAddress("192.0.2.2"), at: Self.start) == nil)
        #expect(attempts.wait(of: nil, at: Self.start) == nil)
        attempts.failed(from: IPAddress("2001:db8:1:2::1"), at: Self.start)
        #expect(attempts.wait(of: IPAddress("2001:db8:1:2:ffff::9"), at: Self.start) == 2)
        #expect(attempts.wait(of: IPAddress("2001:db8:1:3::1"), at: Self.start) == nil)
        #expect(attempts.wait(of: IPAddress("::ffff:192.0.2.1"), at: Self.start) == 2)
        attempts.failed(from: nil, at: Self.start)
        #expect(attempts.wait(of: nil, at: Self.start) == 2)
    }

    @Test("more addresses than are remembered take no more memory")
    func bounded() {
        var attempts = FailedAttempts(burst: 1, interval: .seconds(2), addresses: 100)
        for number in 0..<1000 { attempts.failed(from: IPAddress(ipv4: UInt32(number)), at: Self.start) }
        let waiting = (0..<1000).count { attempts.wait(of: IPAddress(ipv4: UInt32($0)), at: Self.start) != nil }
        #expect(waiting == 100)
    }

    @Test("a clock that is set back locks nobody out for long")
    func clock() {
        var attempts = FailedAttempts(burst: 2, interval: .seconds(2))
        for _ in 0..<100 { attempts.failed(from: Self.address, at: Self.later(86_400_000)) }
        let wait = attempts.wait(of: Self.address, at: Self.start) ?? 0
        #expect(wait <= 2)
    }
}
