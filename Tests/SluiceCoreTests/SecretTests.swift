import SluiceCore
import Testing

@Suite("Secret")
struct SecretTests {
    private static let text = "sk-very-secret-value"

    @Test("nothing that prints it shows it")
    func printing() {
        let secret = Secret(Self.text)
        var dumped = ""
        dump(secret, to: &dumped)
        struct Holder {
            let name = "holder"
            let secret: Secret
        }
        var nested = ""
        dump(Holder(secret: secret), to: &nested)
        for shown in [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description,
            secret.debugDescription,
            dumped, nested, "\([secret])", "\(Holder(secret: secret))", "\(Secret?.some(secret) as Any)",
            String(describing: Mirror(reflecting: secret).children.map { $0 }),
        ] {
            #expect(!shown.contains("very"))
            #expect(!shown.contains("115"))
        }
        #expect("\(secret)" == "<secret>")
    }

    @Test(
        "equal bytes are equal, others are not",
        arguments: [
            ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("", "", true), ("", "a", false), ("é", "é", true),
            ("e\u{301}", "é", false),
        ])
    func equality(left: String, right: String, isEqual: Bool) {
        #expect((Secret(left) == Secret(right)) == isEqual)
        #expect(Set([Secret(left), Secret(right)]).count == (isEqual ? 1 : 2))
    }

    @Test("the ways in give the bytes")
    func exposing() {
        let secret = Secret(Self.text)
        #expect(secret.expose() == Self.text)
        #expect(secret.count == Self.text.utf8.count)
        #expect(!secret.isEmpty)
        #expect(Secret("").isEmpty)
        let isSame = secret.withBytes { bytes in
            bytes.count == Self.text.utf8.count && bytes[0] == UInt8(ascii: "s")
        }
        #expect(isSame)
        #expect(Secret(bytes: Array("x".utf8)) == Secret("x"))
    }
}
