import SluiceTelemetry
import Testing

@Suite struct CredentialMaskTests {
    @Test(
        "names of credentials are known in any spelling",
        arguments: [
            "authorization", "Authorization", "proxy-authorization", "x-api-key", "api_key", "apiKey", "X-Goog-Api-Key",
            "secret",
            "client_secret", "AWS_SECRET_ACCESS_KEY", "password", "db.password", "cookie", "Set-Cookie", "access_token",
            "token",
            "sessionToken", "private_key", "key", "jwt",
        ]
    )
    func names(name: String) {
        #expect(CredentialMask.isCredential(name: name))
    }

    @Test(
        "ordinary names are not",
        arguments: [
            "key_id", "key_name", "model", "prompt_tokens", "max_tokens", "tokens", "path", "error", "monkey", "author",
            "",
        ]
    )
    func ordinaryNames(name: String) {
        #expect(!CredentialMask.isCredential(name: name))
    }

    @Test(
        "credentials inside a text are masked and the rest stays",
        arguments: [
            ("key sk-proj-abc123DEF456 refused", "key *** refused"),
            ("sk-sl-0a1b-secretsecretchecksum", "***"),
            ("(sk-ant-api03-abcdef_ghi-jk)", "(***)"),
            ("Incorrect API key provided: sk-12345678.", "Incorrect API key provided: ***"),
            ("google AIzaSyA1234567890abcdefghijk!", "google ***!"),
            ("aws AKIAIOSFODNN7EXAMPLE", "aws ***"),
            ("groq gsk_abcdefghijkl, hf hf_abcdefghijkl", "groq ***, hf ***"),
            ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "jwt ***"),
            ("Authorization: Bearer abc def", "Authorization: ***"),
            ("authorization=Basic dXNlcjpwYXNz", "authorization=***"),
            ("header \"authorization\": \"Bearer x\", next", "header \"authorization\": \"***\", next"),
            ("sent Bearer abcdefgh1234 upstream", "sent Bearer *** upstream"),
            ("sent basic dXNlcjpwYXNz upstream", "sent basic *** upstream"),
            ("x-api-key: abc, other: def", "x-api-key: ***, other: def"),
            ("{\"api_key\":\"abc\",\"model\":\"gpt\"}", "{\"api_key\":\"***\",\"model\":\"gpt\"}"),
            ("password='hunter2' user=bob", "password='***' user=bob"),
            ("Cookie: a=b; session=abc", "Cookie: ***"),
            (
                "GET /v1beta/models/g:generateContent?key=abc&alt=sse",
                "GET /v1beta/models/g:generateContent?key=***&alt=sse"
            ),
            ("postgres://sluice:hunter2@db:5432/x", "postgres://sluice:***@db:5432/x"),
            ("redis://:hunter2@cache", "redis://:***@cache"),
            ("模型 sk-abcdefgh 🚀", "模型 *** 🚀"),
            ("https://host/?access_token=abc#x sk-abcdefgh", "https://host/?access_token=*** ***"),
        ]
    )
    func texts(text: String, expected: String) {
        #expect(CredentialMask.masking(text) == expected)
    }

    @Test(
        "ordinary texts stay as they are",
        arguments: [
            "", "a", "task-force-one-two-three", "risk-free-evaluation", "sk-", "the key: it is missing",
            "unexpected token: }",
            "https://api.openai.com/v1/chat", "host:8080 port=8080", "prompt_tokens=12 model=claude-sonnet-4-5",
            "a bearer of news",
            "basic auth is off", "01979c5e-7d3a-7b52-9c1e-2f8a4d6b0e13", "skip-this-one-please", "time 12:34:56", "=",
            ":", "://@",
            "eyJ", "mail bob@example.com",
        ]
    )
    func ordinaryTexts(text: String) {
        #expect(CredentialMask.masking(text) == text)
    }

    @Test("odd input neither traps nor takes long", .timeLimit(.minutes(1)))
    func odd() {
        for piece in ["=", ":", "key=", "://", "Bearer ", "sk-", "a:", "://a:", "password=\"", "🚀=", "token:"] {
            _ = CredentialMask.masking(String(repeating: piece, count: 5000))
        }
    }
}
