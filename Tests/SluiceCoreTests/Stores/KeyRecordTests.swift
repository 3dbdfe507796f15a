import SluiceCore
import Testing

@Suite("Keys, as records")
struct KeyRecordTests {
    private let start = UnixTime(milliseconds: 1_000_000)

    private func key() -> KeyRecord {
        KeyRecord(
            id: KeyID("abc"), tenantID: TenantID("t"), name: "n", secretHash: Secret("one"), createdAt: self.start)
    }

    @Test("standing: revoked before disabled before expired")
    func standing() {
        var key = self.key()
        #expect(key.standing(at: self.start) == .valid)
        key.expiresAt = self.start.advanced(by: .seconds(1))
        #expect(key.standing(at: self.start.advanced(by: .milliseconds(999))) == .valid)
        #expect(key.standing(at: self.start.advanced(by: .seconds(1))) == .expired)
        key.disabledAt = self.start
        #expect(key.standing(at: self.start.advanced(by: .seconds(1))) == .disabled)
        key.revoke(at: self.start)
        key.revoke(at: self.start.advanced(by: .seconds(5)))
        #expect(key.standing(at: self.start) == .revoked)
        #expect(key.revokedAt == self.start)
    }

    @Test("the old secret works until the grace ends, and not at all without one")
    func rotation() {
        var key = self.key()
        key.rotate(to: Secret("two"), at: self.start, grace: .seconds(60))
        #expect(key.hashes(at: self.start) == [Secret("two"), Secret("one")])
        #expect(key.hashes(at: self.start.advanced(by: .seconds(60))) == [Secret("two")])
        key.rotate(to: Secret("three"), at: self.start, grace: .zero)
        #expect(key.hashes(at: self.start) == [Secret("three")])
        #expect(key.graceEndsAt == nil)
    }

    @Test("ids sort by time and tell their kind")
    func ids() {
        var generator = SystemRandomNumberGenerator()
        let first = TeamID.make(at: self.start, using: &generator)
        let second = TeamID.make(at: self.start.advanced(by: .milliseconds(1)), using: &generator)
        #expect(first.text < second.text)
        #expect(first.text.hasPrefix("team_"))
        #expect(first.text.utf8.count == 31)
        #expect(TeamID.make(at: self.start, using: &generator) != first)
    }

    @Test("moments do not pass the ends of their number")
    func bounds() {
        #expect(UnixTime(milliseconds: .max).advanced(by: .seconds(1)).milliseconds == .max)
        #expect(UnixTime(milliseconds: 0).advanced(by: .seconds(Int64.max)).milliseconds == .max)
        #expect(UnixTime(milliseconds: 0).advanced(by: .seconds(Int64.min)).milliseconds == .min)
        #expect(UnixTime(milliseconds: 10).advanced(by: .milliseconds(-3)).milliseconds == 7)
    }

    @Test("a limit of a page is moved into its bounds", arguments: [(-1, 1), (0, 1), (7, 7), (5000, 1000)])
    func page(asked: Int, given: Int) {
        #expect(PageRequest(limit: asked).limit == given)
    }
}
