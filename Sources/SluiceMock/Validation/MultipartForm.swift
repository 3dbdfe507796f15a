import NIOHTTP1

/// A form as `multipart/form-data` (RFC 7578): its parts, as slices of the body.
struct MultipartForm {
    struct Part {
        var name: String
        var filename: String?
        var content: ArraySlice<UInt8>

        /// The content as text.
        var text: String { String(decoding: content, as: UTF8.self) }
    }

    var parts: [Part] = []

    /// The first part of this name.
    subscript(name: String) -> Part? {
        parts.first { $0.name == name }
    }

    /// Reads a body whose content type is `contentType`; at most 256 parts.
    init(_ body: [UInt8], contentType: String) throws(RequestFault) {
        guard let boundary = Self.parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
            throw RequestFault(.badRequest, "The content type has no boundary of 1 to 70 bytes.")
        }
        let delimiter = Array("--\(boundary)".utf8)
        guard var position = Self.find(delimiter, in: body, from: 0) else {
            throw RequestFault(.badRequest, "The form has no part: its boundary is not in the body.")
        }
        while parts.count < 256 {
            position += delimiter.count
            if body[position...].starts(with: "--".utf8) { return }
            guard body[position...].starts(with: "\r\n".utf8),
                let headEnd = Self.find(Array("\r\n\r\n".utf8), in: body, from: position),
                let next = Self.find(Array("\r\n".utf8) + delimiter, in: body, from: headEnd + 2)
            else { throw RequestFault(.badRequest, "The form ends in the middle of a part.") }
            let head = String(decoding: body[position..<headEnd], as: UTF8.self)
            let content = min(headEnd + 4, next)..<next
            guard let disposition = Self.header("content-disposition", in: head),
                let name = Self.parameter("name", of: disposition)
            else { throw RequestFault(.badRequest, "A part of the form has no name.") }
            parts.append(
                Part(name: name, filename: Self.parameter("filename", of: disposition), content: body[content]))
            position = next + 2
        }
        throw RequestFault(.badRequest, "The form has more than 256 parts.")
    }

    private static func header(_ name: String, in head: String) -> String? {
        for line in head.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            if line[..<colon].lowercased() == name { return String(line[line.index(after: colon)...]) }
        }
        return nil
    }

    /// The value of `key=value` or `key="value"` among parameters that semicolons separate.
    private static func parameter(_ key: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].drop { $0 == " " || $0 == "\t" }
            guard name.lowercased() == key else { continue }
            var value = piece[piece.index(after: equals)...]
            while value.last == " " { value.removeLast() }
            if value.first == "\"", value.last == "\"", value.count >= 2 { value = value.dropFirst().dropLast() }
            return String(value)
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, body.count >= needle.count else { return nil }
        let last = body.count - needle.count
        return body.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { wanted in
                var index = start
                while index <= last {
                    if bytes[index] == first, (1..<wanted.count).allSatisfy({ bytes[index + $0] == wanted[$0] }) {
                        return index
                    }
                    index += 1
                }
                return nil
            }
        }
    }
}
