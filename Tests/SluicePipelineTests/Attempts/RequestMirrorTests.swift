import Testing

@testable import SluicePipeline

@Suite("RequestMirror")
struct RequestMirrorTests {
    @Test("so many copies are on their way at most, and each that ends makes room for one")
    func count() {
        let mirror = RequestMirror()
        for _ in 0..<RequestMirror.countLimit { #expect(mirror.enter(10)) }
        #expect(!mirror.enter(10))
        mirror.leave(10)
        #expect(mirror.enter(10))
        #expect(!mirror.enter(0))
    }

    @Test("their bodies are so long together at most")
    func bytes() {
        let mirror = RequestMirror()
        #expect(!mirror.enter(RequestMirror.bytesLimit + 1))
        #expect(mirror.enter(RequestMirror.bytesLimit - 5))
        #expect(!mirror.enter(6))
        #expect(mirror.enter(5))
        mirror.leave(RequestMirror.bytesLimit - 5)
        #expect(mirror.enter(RequestMirror.bytesLimit - 5))
        #expect(!mirror.enter(.max))
    }
}
