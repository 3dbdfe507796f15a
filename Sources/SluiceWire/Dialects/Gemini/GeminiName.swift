/// Names of fields. Google's JSON parser takes `systemInstruction` and `system_instruction` alike, and so does the
/// gateway.
///
/// Source: Protocol Buffers, ProtoJSON format, field names (read 2026-11).
enum GeminiName {
    /// The name in lowerCamelCase; an underscore at the beginning stays.
    static func camel(_ name: String) -> String {
        guard name.utf8.dropFirst().contains(UInt8(ascii: "_")) else { return name }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        var isHump = false
        for byte in name.utf8 {
            if byte == UInt8(ascii: "_"), !bytes.isEmpty {
                isHump = true
            } else {
                bytes.append(isHump && byte &- UInt8(ascii: "a") < 26 ? byte & 0xDF : byte)
                isHump = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Where in a request a field is, for messages: `contents[3].parts[0].functionCall.name`. Made into text only when
/// needed.
struct GeminiPlace {
    /// The content's number; `nil` for the system instruction.
    var content: Int?
    /// The part's number.
    var part: Int?

    /// The path of a field of the part or content.
    func field(_ name: String = "") -> String {
        var path = content.map { "contents[\($0)]" } ?? "systemInstruction"
        if let part { path += ".parts[\(part)]" }
        return name.isEmpty ? path : "\(path).\(name)"
    }
}

extension JSONNode {
    /// The elements of a list. Where Google expects a list it takes a single object as well, as its own older examples
    /// have.
    var geminiList: [JSONNode] {
        switch kind {
        case .array: Array(elements)
        case .object: [self]
        default: []
        }
    }

    /// An enum's value in upper case: Google's SDKs take any case.
    var geminiWord: String? {
        stringValue?.uppercased()
    }
}
