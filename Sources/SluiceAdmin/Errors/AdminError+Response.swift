import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import SluiceWire

extension AdminError {
    /// The body of the answer.
    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", self.message)
        writer.member("type", self.type)
        writer.member("param", self.parameter)
        writer.member("code", self.code.rawValue)
        writer.endObject()
        writer.endObject()
        return writer.take()
    }

    /// The fields of the answer's head.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["content-type": "application/json"]
        if let seconds = self.retryAfterSeconds { headers.add(name: "retry-after", value: String(seconds)) }
        if let allowed = self.allowedMethods { headers.add(name: "allow", value: allowed) }
        if self.code == .unauthenticated { headers.add(name: "www-authenticate", value: "Bearer") }
        return headers
    }
}

extension Response {
    /// An answer of JSON text.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
