import NIOCore

/// An answer that the gateway gives itself.
struct LocalAnswer {
    var status = 200
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    var body = ByteBuffer()
}
