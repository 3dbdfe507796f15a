public import NIOHTTP1

/// The header fields of a request that the gateway itself reads, found in one pass over all of them.
///
/// A field that may be sent once only and was sent twice with another value is reported by ``conflict``.
public struct RequestFields: Sendable {
    /// `authorization`.
    public var authorization: String?
    /// `x-api-key`, or `api-key` or `x-goog-api-key` where that is absent.
    public var apiKey: String?
    /// `content-type`.
    public var contentType: String?
    /// `content-encoding`.
    public var contentEncoding: String?
    /// `content-length`, where it is a number.
    public var contentLength: Int?
    /// `accept-encoding`.
    public var acceptEncoding: String?
    /// `expect`.
    public var expect: String?
    /// `origin`.
    public var origin: String?
    /// `x-request-id`.
    public var requestID: String?
    /// `traceparent`.
    public var traceParent: String?
    /// `x-forwarded-for`, all of them joined.
    public var forwardedFor: String?
    /// Whether the client wants to be told of the attempts that were made for it: `x-sluice-attempts`, whatever its value.
    public var asksForAttempts = false
    /// How many `host` fields there are.
    var hostCount = 0
    /// Whether every `host` is made of characters that may stand in one.
    var isHostSane = true
    /// Whether there is a `transfer-encoding`.
    var hasTransferEncoding = false
    /// Whether `transfer-encoding` is just `chunked`.
    var isChunked = false
    /// Lower-case names that `connection` lists beside the usual ones.
    public var connectionOptions: [String] = []
    /// Names of credentials that were sent twice with different values.
    public var conflict: String?
    /// The bytes of all names and values, with four for each field's separators.
    var byteCount = 0
    /// The number of fields.
    var count = 0

    /// Reads the fields.
    public init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            self.count += 1
            self.byteCount += name.utf8.count + value.utf8.count + 4
            self.take(name, value)
        }
    }

    // RFC 3986, section 3.2.2, and the port: what could be read as user, path, query or fragment is left out.
    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }

    // Names are told apart by their length first, so that most fields cost one comparison or none.
    private mutating func take(_ name: String, _ value: String) {
        switch name.utf8.count {
        case 4:
            if name.isField("host") {
                self.hostCount += 1
                self.isHostSane = self.isHostSane && value.utf8.allSatisfy(Self.mayStandInHost)
            }
        case 6:
            if name.isField("expect") {
                self.expect = value
            } else if name.isField("origin") {
                self.origin = value
            }
        case 7:
            if name.isField("api-key"), self.apiKey == nil { self.apiKey = value }
        case 9:
            if name.isField("x-api-key") { self.apiKey = value }
        case 10:
            if name.isField("connection"), !value.isField("keep-alive"), !value.isField("close") {
                self.connectionOptions += value.lowercased().split { $0 == "," || $0 == " " }.map { String($0) }
            }
        case 11:
            if name.isField("traceparent") { self.traceParent = value }
        case 12:
            if name.isField("content-type") {
                self.contentType = value
            } else if name.isField("x-request-id") {
                self.requestID = value
            }
        case 13:
            if name.isField("authorization") {
                if let before = self.authorization, before != value { self.conflict = "authorization" }
                self.authorization = value
            }
        case 14:
            if name.isField("content-length") {
                self.contentLength = Int(value)
            } else if name.isField("x-goog-api-key"), self.apiKey == nil {
                self.apiKey = value
            }
        case 15:
            if name.isField("accept-encoding") {
                self.acceptEncoding = value
            } else if name.isField("x-forwarded-for") {
                self.forwardedFor = self.forwardedFor.map { $0 + ", " + value } ?? value
            }
        case 16:
            if name.isField("content-encoding") { self.contentEncoding = value }
        case 17:
            if name.isField("transfer-encoding") {
                self.isChunked = !self.hasTransferEncoding && value.isField("chunked")
                self.hasTransferEncoding = true
            } else if name.isField("x-sluice-attempts") {
                self.asksForAttempts = true
            }
        default:
            break
        }
    }
}

extension String {
    /// Whether this is the field name or token `lowercase`, compared without case as RFC 9110 section 5.1 asks.
    @inlinable
    public func isField(_ lowercase: StaticString) -> Bool {
        let count = lowercase.utf8CodeUnitCount
        guard self.utf8.count == count else { return false }
        return self.utf8.withContiguousStorageIfAvailable { bytes in
            for index in 0..<count {
                let byte = bytes[index]
                let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
                if lowered != lowercase.utf8Start[index] { return false }
            }
            return true
        } ?? self.lowercased().utf8.elementsEqual(UnsafeBufferPointer(start: lowercase.utf8Start, count: count))
    }
}
