import SluiceCore
import Testing

@testable import SluiceProviders

@Suite("CredentialRing")
struct CredentialRingTests {
    private static func ring(_ keys: [String], prefix: String = "") -> CredentialRing {
        CredentialRing(keys.map { Secret($0) }, prefix: prefix)
    }

    @Test("keys take turns", arguments: [1, 2, 3, 7])
    func turns(count: Int) {
        let ring = Self.ring((0..<count).map { "k\($0)" }, prefix: "Bearer ")
        let taken = (0..<count * 3).map { _ in ring.take() }
        #expect(taken == (0..<count * 3).map { "Bearer k\($0 % count)" })
    }

    @Test("without a key there is no field")
    func empty() {
        #expect(Self.ring([]).take() == nil)
        #expect(!Self.ring([]).isIn("anything"))
    }

    @Test("keys take turns on several threads too", .timeLimit(.minutes(1)))
    func concurrent() async {
        let ring = Self.ring(["a", "b", "c"])
        let counts = await withTaskGroup(of: [String: Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<300).reduce(into: [:]) { counts, _ in counts[ring.take() ?? "", default: 0] += 1 }
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(counts == ["a": 400, "b": 400, "c": 400])
    }

    @Test(
        "a key is found whole and as vendors mask it",
        arguments: [
            ("Incorrect API key provided: sk-abcdef123456wxyz.", true),
            ("Incorrect API key provided: sk-ab*****wxyz.", true),
            ("key …wxyz", true), ("nothing here", false), ("wxyz", false), ("sk-abc", false),
        ])
    func leaks(text: String, isLeak: Bool) {
        #expect(Self.ring(["sk-other-key-0000", "sk-abcdef123456wxyz"]).isIn(text) == isLeak)
    }

    @Test("a key whose characters JSON may escape is found in JSON too")
    func escaped() {
        let ring = Self.ring(["ab/cd+ef/gh=="])
        #expect(ring.isIn("bad key ab/cd+ef/gh=="))
        #expect(ring.isIn(#"bad key ab\/cd+ef\/gh=="#))
    }

    @Test("a short key is found whole alone, and an empty one never")
    func short() {
        #expect(Self.ring(["abc"]).isIn("xabcx"))
        #expect(!Self.ring(["abc"]).isIn("*abx"))
        #expect(!Self.ring([""]).isIn("anything"))
    }
}
