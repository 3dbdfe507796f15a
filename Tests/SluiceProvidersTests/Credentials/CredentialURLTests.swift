import Testing

@testable import SluiceProviders

@Suite("URLs of credentials")
struct CredentialURLTests {
    @Test(
        "URLs of credentials",
        arguments: [
            ("http://169.254.169.254", "http://169.254.169.254/", true),
            ("https://a.B.example:444/x?y", "https://a.b.example:444/x?y", false),
            ("http://[FD00:ec2::254]:80/x", "http://[fd00:ec2::254]/x", true),
            ("http://[fe80::1]/", "http://[fe80::1]/", true),
            ("http://127.0.0.2?x", "http://127.0.0.2/?x", true), ("http://169.254.1.1/", "http://169.254.1.1/", true),
            ("http://metadata.google.internal/", "http://metadata.google.internal/", true),
            ("http://169.254.1.1.example.com/", "http://169.254.1.1.example.com/", false),
            ("http://0169.254.1.1/", "http://0169.254.1.1/", false),
            ("ftp://a/", nil, false), ("http://", nil, false), ("http://u@h/", nil, false), ("http://h/ x", nil, false),
            ("http://h/#f", nil, false), ("http://h:0/", nil, false), ("http://h:99999/", nil, false),
            ("http://[::1", nil, false),
            ("http://h\r\nx/", nil, false),
        ] as [(String, String?, Bool)])
    func urls(text: String, written: String?, isLocal: Bool) {
        let url = CredentialURL(text)
        #expect(url?.description == written)
        #expect((url?.isLocal ?? false) == isLocal)
    }
}
