import SluiceCore
import Testing

@testable import SluiceConfig

@Suite("Addresses, ranges and URLs")
struct AddressTests {
    @Test(
        "an address to listen on has a host and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:8080", "::1", 8080), ("localhost:0", "localhost", 0),
            (":8080", "0.0.0.0", 8080), ("*:80", "0.0.0.0", 80), ("[::]:65535", "::", 65_535),
        ]
    )
    func hostPort(text: String, host: String, port: Int) {
        #expect(HostPort(text) == HostPort(host: host, port: port))
    }

    @Test(
        "what is no address to listen on is refused",
        arguments: [
            "", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:8080",
            "[::1]",
            "[::1", "[127.0.0.1]:80", "a b:80", "host:99999999999999999999", "[::1]x:80", "http://h:80", "h:8 0",
        ]
    )
    func noHostPort(text: String) {
        #expect(HostPort(text) == nil)
    }

    @Test("an address is printed as it is written", arguments: ["127.0.0.1:8080", "[::1]:8080", "localhost:0"])
    func hostPortRoundTrip(text: String) {
        #expect(HostPort(text)?.description == text)
    }

    @Test(
        "a range contains its addresses",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false), ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "fe80::1", true), ("::/0", "10.0.0.1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("192.168.1.128/25", "192.168.1.127", false),
        ]
    )
    func contains(range: String, address: String, expected: Bool) throws {
        let range = try #require(CIDR(range))
        let address = try #require(IPAddress(address))
        #expect(range.contains(address) == expected)
    }

    @Test(
        "what is no range is refused",
        arguments: [
            "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "::/129", "a/8", "10.0.0.0/8/8",
            "::ffff:1.2.3.4/95", "1/+8",
        ]
    )
    func noRange(text: String) {
        #expect(CIDR(text) == nil)
    }

    @Test("an address of a socket is the one of the text")
    func addressOfBytes() {
        #expect(IPAddress(bytes: [10, 0, 0, 1]) == IPAddress("10.0.0.1"))
        #expect(IPAddress(bytes: Array(repeating: 0, count: 15) + [1]) == IPAddress("::1"))
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("127.8.9.1")?.isLoopback == true)
    }

    @Test(
        "a base URL is taken apart",
        arguments: [
            ("https://api.openai.com/v1", "https://api.openai.com/v1", 443),
            ("http://vllm-a:8000/v1/", "http://vllm-a:8000/v1", 8000),
            ("HTTPS://Api.Example.COM", "https://api.example.com", 443),
            ("http://[::1]:11434", "http://[::1]:11434", 11_434),
            ("https://h:443//", "https://h", 443),
        ]
    )
    func baseURL(text: String, printed: String, port: Int) throws {
        let url = try #require(BaseURL(text))
        #expect(url.description == printed)
        #expect(url.port == port)
    }

    @Test(
        "what cannot be a base URL is refused",
        arguments: [
            "", "api.openai.com", "ftp://h", "https://", "https://user:password@h", "https://h/a?b", "https://h/a#b",
            "https://h/a b",
            "https://h:0", "https://h:x", "https://h/\r\nx: y", "https://[::1", "https://h\u{E9}",
        ]
    )
    func noBaseURL(text: String) {
        #expect(BaseURL(text) == nil)
    }

    @Test("a proxy may carry a name and a password")
    func proxy() throws {
        let proxy = try #require(ProxyURL("http://us%40er:p%3Ass@Proxy:3128/"))
        #expect(proxy == ProxyURL(host: "proxy", port: 3128, username: "us@er", password: Secret("p:ss")))
        #expect(ProxyURL("proxy.example.com:8080") == ProxyURL(host: "proxy.example.com", port: 8080))
        #expect(ProxyURL("proxy")?.port == 80)
        #expect(ProxyURL("socks5://proxy:1080") == nil)
        #expect(ProxyURL("http://a%zz@proxy") == nil)
    }

    @Test(
        "a host of NO_PROXY is reached directly",
        arguments: [
            ("example.com", "example.com", true), ("example.com", "api.example.com", true),
            ("example.com", "badexample.com", false),
            (".example.com", "api.example.com", true), ("*.example.com", "api.example.com", true),
            ("*", "anything", true),
            ("10.0.0.0/8", "10.1.2.3", true), ("::1", "::1", true), ("example.com:8443", "example.com", false),
            ("example.com:443", "EXAMPLE.com", true), ("nonsense with spaces", "nonsense", false),
        ]
    )
    func bypass(item: String, host: String, expected: Bool) {
        #expect(ProxyBypass([item]).matches(host: host, port: 443) == expected)
    }

    @Test("the proxy of an attempt depends on scheme, host and provider")
    func proxyOfAttempt() throws {
        let proxy = ProxyURL(host: "proxy", port: 3128)
        let outbound = OutboundConfiguration(proxy: proxy, noProxy: ProxyBypass([".internal"]))
        let provider = ProviderConfiguration(name: "p")
        let secure = BaseURL(scheme: .https, host: "api.example.com")
        #expect(outbound.proxy(for: provider, at: secure) == proxy)
        #expect(outbound.proxy(for: provider, at: BaseURL(scheme: .http, host: "api.example.com")) == nil)
        #expect(outbound.proxy(for: provider, at: BaseURL(scheme: .https, host: "vllm.internal")) == nil)
        #expect(outbound.proxy(for: ProviderConfiguration(name: "p", proxy: .off), at: secure) == nil)
        let own = ProxyURL(host: "own", port: 80)
        #expect(outbound.proxy(for: ProviderConfiguration(name: "p", proxy: .through(own)), at: secure) == own)
    }

    @Test(
        "a star stands for any run of characters",
        arguments: [
            ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-*", "gpt-4o", true),
            ("gpt-*", "gpt-", true),
            ("*", "", true), ("*-mini", "gpt-4o-mini", true), ("a*b*c", "aXbYc", true), ("a*b*c", "abcb", false),
            ("gpt-*", "GPT-4", false), ("**", "x", true), ("", "", true), ("", "x", false),
        ]
    )
    func pattern(pattern: String, name: String, expected: Bool) {
        #expect(ModelPattern(pattern).matches(name) == expected)
    }

    @Test("a pattern of many stars takes no exponential time", .timeLimit(.minutes(1)))
    func patternTime() {
        let pattern = ModelPattern(String(repeating: "a*", count: 100) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2000)))
    }
}
