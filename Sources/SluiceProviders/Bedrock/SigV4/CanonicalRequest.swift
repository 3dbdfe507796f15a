import SluiceCore

/// A request in the one form that both sides hash.
struct CanonicalRequest {
    /// The names of the fields that are signed, by semicolons.
    let signedHeaders: String
    /// The whole form: method, path, query, fields, names of fields, hash of the body, one a line.
    let text: String

    /// - Parameters:
    ///   - adding: the fields that the signature brings with it.
    ///   - bodyHash: the SHA-256 of the body in digits.
    ///   - signs: which of the request's own fields are signed beside `host`.
    init(
        _ request: UnsignedRequest,
        adding: [(name: String, value: String)],
        bodyHash: String,
        signs: (String) -> Bool
    ) {
        var values: [String: [String]] = ["host": [request.authority]]
        for (name, value) in request.headers where name != "host" && name != "authorization" && signs(name) {
            values[name, default: []].append(value)
        }
        for (name, value) in adding { values[name] = [value] }
        let names = values.keys.sorted()
        self.signedHeaders = names.joined(separator: ";")
        let question = request.target.firstIndex(of: "?")
        let path = request.target[..<(question ?? request.target.endIndex)]
        let query = question.map { request.target[request.target.index(after: $0)...] } ?? ""
        var text = "\(request.method)\n\(Self.path(path))\n\(Self.query(query))\n"
        for name in names {
            let value = (values[name] ?? []).map { Self.trimmed($0) }.joined(separator: ",")
            text += "\(name):\(value)\n"
        }
        self.text = text + "\n\(self.signedHeaders)\n\(bodyHash)"
    }

    /// The path without `.`, `..` and doubled slashes, every byte but unreserved ones and slashes encoded.
    static func path(_ path: Substring) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        var bytes = [UInt8(ascii: "/")]
        for byte in segments.joined(separator: "/").utf8 {
            PercentEncoding.append(byte, keeping: UInt8(ascii: "/"), to: &bytes)
        }
        if !segments.isEmpty, path.hasSuffix("/") { bytes.append(UInt8(ascii: "/")) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The parameters by name, then value. They are encoded in the request already, and not once more.
    static func query(_ query: Substring) -> String {
        query.split(separator: "&").map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts[0], value: parts.count == 2 ? parts[1] : "")
        }
        .sorted { Self.isBefore($0.name, $1.name) || ($0.name == $1.name && Self.isBefore($0.value, $1.value)) }
        .map { "\($0.name)=\($0.value)" }
        .joined(separator: "&")
    }

    private static func isBefore(_ left: Substring, _ right: Substring) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Without spaces at both ends, and with one where there are several.
    private static func trimmed(_ value: String) -> String {
        value.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D })
            .map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }
}
