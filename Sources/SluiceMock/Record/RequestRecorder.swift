import NIOHTTP1
import SluiceWire
import Synchronization

/// The last requests, byte for byte, for tests to look at. Bounded by number and by bytes of body.
final class RequestRecorder: Sendable {
    private struct Entry {
        var number: Int
        var request: ReceivedRequest
        var bodyBytes: Int
    }

    private struct State {
        var entries: [Entry] = []
        var oldest = 0
        var count = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let bodyLimit: Int

    init(capacity: Int, bodyLimit: Int) {
        self.capacity = capacity
        self.bodyLimit = bodyLimit
    }

    func record(_ request: ReceivedRequest) {
        guard capacity > 0 else { return }
        var kept = request
        // A body within the limit is shared, not copied.
        if kept.body.count > bodyLimit { kept.body = Array(kept.body.prefix(bodyLimit)) }
        state.withLock { state in
            state.count += 1
            let entry = Entry(number: state.count, request: kept, bodyBytes: request.body.count)
            if state.entries.count < capacity {
                state.entries.append(entry)
            } else {
                state.entries[state.oldest] = entry
                state.oldest = (state.oldest + 1) % capacity
            }
        }
    }

    func removeAll() {
        state.withLock { $0 = State() }
    }

    /// The requests, oldest first. `requestID` keeps those whose `x-request-id` it is.
    func json(requestID: String?) -> [UInt8] {
        let entries = state.withLock { state in
            Array(state.entries[state.oldest...] + state.entries[..<state.oldest])
        }
        return .json(capacity: 4096) { json in
            json.array("requests") { json in
                for entry in entries {
                    if let requestID, entry.request.headers.first(name: "x-request-id") != requestID { continue }
                    Self.write(entry, to: &json)
                }
            }
        }
    }

    private static func write(_ entry: Entry, to json: inout JSONWriter) {
        json.object { json in
            json.member("number", entry.number)
            json.member("method", entry.request.method)
            json.member("path", maskedPath(entry.request.uri))
            json.array("headers") { json in
                for (name, value) in entry.request.headers {
                    json.beginArray()
                    json.string(name)
                    json.string(mask(name, value))
                    json.endArray()
                }
            }
            json.member("body_bytes", entry.bodyBytes)
            json.member("body_truncated", entry.bodyBytes > entry.request.body.count)
            if let text = String(validating: entry.request.body, as: UTF8.self) {
                json.member("body", text)
            } else {
                json.member("body_base64", Base64.encode(entry.request.body))
            }
        }
    }

    /// A path whose query has no key any more.
    static func maskedPath(_ uri: String) -> String {
        guard let mark = uri.firstIndex(of: "?"), uri[mark...].contains("key=") else { return uri }
        let pairs = uri[uri.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        return uri[...mark]
            + pairs.map { $0.hasPrefix("key=") ? "key=" + mask("x-goog-api-key", String($0.dropFirst(4))) : String($0) }
            .joined(separator: "&")
    }

    /// A credential as its scheme and its last four characters; anything else as it is.
    static func mask(_ name: String, _ value: String) -> String {
        switch name.lowercased() {
        case "authorization" where value.hasPrefix("AWS4-HMAC-SHA256 "):
            // A signature is no secret, and tests look at what it covers.
            return value
        case "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token",
            "cookie":
            let parts = value.split(separator: " ", maxSplits: 1)
            let scheme = parts.count == 2 ? parts[0] + " " : ""
            let secret = parts.last ?? ""
            return scheme + "…" + (secret.count > 8 ? secret.suffix(4) : "")
        default:
            return value
        }
    }
}
