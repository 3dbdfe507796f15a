import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("ChangeTrail")
struct ChangeTrailTests {
    private static func change(_ kind: RecordKind, _ id: String) -> Change {
        Change(number: 0, kind: kind, id: id, tenant: nil)
    }

    private static let subject = ChangeTrail.Subject(kind: .key, id: "a")

    @Test("what changed since is touched, what changed before is not, and others are not")
    func touches() {
        var trail = ChangeTrail()
        trail.append([Self.change(.key, "a")])
        let mark = trail.mark
        #expect(!trail.touches([Self.subject], since: mark))
        trail.append([Self.change(.key, "b"), Self.change(.user, "a")])
        #expect(!trail.touches([Self.subject], since: mark))
        trail.append([Self.change(.key, "a")])
        #expect(trail.touches([Self.subject], since: mark))
        #expect(!trail.touches([Self.subject], since: trail.mark))
    }

    @Test("when everything changed, all that was read before is touched")
    func everything() {
        var trail = ChangeTrail()
        let mark = trail.mark
        trail.everythingChanged()
        #expect(trail.touches([Self.subject], since: mark))
        #expect(trail.touches([], since: mark))
        #expect(!trail.touches([Self.subject], since: trail.mark))
    }

    @Test("what is older than the trail is taken for touched")
    func length() {
        var trail = ChangeTrail()
        let old = trail.mark
        for number in 0..<3000 { trail.append([Self.change(.key, "other \(number)")]) }
        #expect(trail.touches([Self.subject], since: old))
        let recent = trail.mark
        for number in 0..<100 { trail.append([Self.change(.key, "new \(number)")]) }
        #expect(!trail.touches([Self.subject], since: recent))
    }
}
