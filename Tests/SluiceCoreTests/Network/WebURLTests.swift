import SluiceCore
import Testing

@Suite("URLs of documents")
struct WebURLTests {
    @Test(
        "what is a URL is read, and written as it goes into a request",
        arguments: [
            ("https://id.example.com", "https://id.example.com/"),
            ("https://ID.Example.com:443/a/b?c=d&e", "https://id.example.com/a/b?c=d&e"),
            ("http://127.0.0.1:8080/k", "http://127.0.0.1:8080/k"), ("http://[::1]:80", "http://[::1]/"),
            ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"), ("https://a?x=1", "https://a/?x=1"),
        ])
    func good(text: String, written: String) throws {
        #expect(try #require(WebURL(text)).description == written)
    }

    @Test(
        "what is none is refused",
        arguments: [
            "", "id.example.com", "ftp://a/b", "https://", "https:///x", "https://a:0/", "https://a:65536/",
            "https://a:/x", "https://user@host/", "https://a:b@host/", "https://host/a b", "https://host/a#b",
            "https://host/\r\nx", "https://[::1", "https://[127.0.0.1]/", "https://[::1]x/", "https://ä.example/",
            "https://host:+1/", "HTTPS://host/", "https://\(String(repeating: "a", count: 3000))/",
        ])
    func bad(text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test("only this machine answers at a loopback address")
    func loopback() {
        for text in ["http://localhost/", "http://127.9.9.9/", "http://[::1]/"] {
            #expect(WebURL(text)?.isLoopback == true)
        }
        for text in ["http://localhost.example.com/", "http://10.0.0.1/"] {
            #expect(WebURL(text)?.isLoopback == false)
        }
    }
}
