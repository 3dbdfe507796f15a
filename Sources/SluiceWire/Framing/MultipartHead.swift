/// The head of one part of a form, and the parameters of header values in general.
struct MultipartHead {
    var name: String
    var filename: String?

    /// Reads the header lines `range`, each ended by CRLF.
    static func parse(_ base: UnsafeRawPointer, _ range: Range<Int>) -> Result<MultipartHead, MultipartError> {
        func fault(_ message: String, _ offset: Int) -> Result<MultipartHead, MultipartError> {
            .failure(MultipartError(kind: .invalidPartHead, offset: offset, message: message))
        }
        var disposition: Range<Int>?
        var position = range.lowerBound
        while position < range.upperBound {
            let lineEnd = ByteScan.findLineEnd(base, position, range.upperBound)
            let colon = ByteScan.find(0x3A, base, position, lineEnd)
            guard colon < lineEnd, colon > position, ByteScan.byte(base, position) > 0x20 else {
                return fault("a line in the head of a part is no header", position)
            }
            if equalsIgnoringCase(base, position..<colon, "content-disposition") {
                guard disposition == nil else { return fault("a part has two Content-Disposition headers", position) }
                disposition = colon + 1..<lineEnd
            }
            position = min(lineEnd + 2, range.upperBound)
        }
        guard let disposition else { return fault("a part has no Content-Disposition", range.lowerBound) }
        guard let value = HeaderParameters(base, disposition), equalsIgnoringCase(base, value.token, "form-data") else {
            return fault("a part's Content-Disposition is not well-formed form-data", disposition.lowerBound)
        }
        guard let name = value["name"] else { return fault("a part has no name", disposition.lowerBound) }
        return .success(MultipartHead(name: name, filename: value["filename"] ?? value["filename*"]))
    }

    static func equalsIgnoringCase(_ base: UnsafeRawPointer, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            let byte = ByteScan.byte(base, range.lowerBound + index)
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != text.utf8Start[index] { return false }
        }
        return true
    }
}

/// A header value with parameters: `token; name="value"; other=value`.
///
/// In quotes a backslash escapes a quote or a backslash and is itself otherwise, as old browsers wrote paths.
/// Source: RFC 9110 section 5.6.6; RFC 7578 section 4.2.
struct HeaderParameters {
    /// Where the value before the first semicolon lies.
    let token: Range<Int>
    private var values: [(name: String, value: String)] = []

    /// Reads `range`; `nil` when it is not well-formed or names a parameter twice.
    init?(_ base: UnsafeRawPointer, _ range: Range<Int>) {
        let end = range.upperBound
        var position = Self.skipBlanks(base, range.lowerBound, end)
        let start = position
        while position < end, Self.isToken(ByteScan.byte(base, position)) || ByteScan.byte(base, position) == 0x2F {
            position += 1
        }
        token = start..<position
        guard !token.isEmpty else { return nil }
        while true {
            position = Self.skipBlanks(base, position, end)
            guard position < end else { return }
            guard ByteScan.byte(base, position) == 0x3B else { return nil }
            position = Self.skipBlanks(base, position + 1, end)
            // A semicolon at the end is common and harmless.
            guard position < end else { return }
            let nameStart = position
            while position < end, Self.isToken(ByteScan.byte(base, position)) { position += 1 }
            let nameEnd = position
            position = Self.skipBlanks(base, position, end)
            guard nameEnd > nameStart, position < end, ByteScan.byte(base, position) == 0x3D else { return nil }
            position = Self.skipBlanks(base, position + 1, end)
            guard let value = Self.value(base, &position, end) else { return nil }
            let name = JSONText.raw(base, nameStart, nameEnd).lowercased()
            guard !values.contains(where: { $0.name == name }) else { return nil }
            values.append((name, value))
        }
    }

    /// The value of the parameter `name`, which is in lower case.
    subscript(_ name: String) -> String? {
        values.first { $0.name == name }?.value
    }

    private static func value(_ base: UnsafeRawPointer, _ position: inout Int, _ end: Int) -> String? {
        guard position < end else { return "" }
        guard ByteScan.byte(base, position) == 0x22 else {
            let start = position
            while position < end, ByteScan.byte(base, position) != 0x3B, ByteScan.byte(base, position) > 0x20 {
                position += 1
            }
            return JSONText.raw(base, start, position)
        }
        position += 1
        var bytes: [UInt8] = []
        while position < end {
            let byte = ByteScan.byte(base, position)
            position += 1
            if byte == 0x22 { return String(decoding: bytes, as: UTF8.self) }
            if byte == 0x5C, position < end {
                let next = ByteScan.byte(base, position)
                if next == 0x22 || next == 0x5C {
                    bytes.append(next)
                    position += 1
                    continue
                }
            }
            bytes.append(byte)
        }
        return nil
    }

    private static func skipBlanks(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, ByteScan.byte(base, position) == 0x20 || ByteScan.byte(base, position) == 0x09 {
            position += 1
        }
        return position
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E:
            true
        default:
            false
        }
    }
}

extension MultipartForm {
    /// The boundary that a `Content-Type` value names: `multipart/form-data; boundary=abc`, quoted or not.
    ///
    /// Throws ``MultipartError/Kind/invalidContentType`` for another type, or a boundary that is missing, longer than
    /// 70 bytes, ends in a space, or holds bytes that RFC 2046 does not allow in one.
    public static func boundary(contentType: String) throws(MultipartError) -> [UInt8] {
        var contentType = contentType
        let boundary: [UInt8]? = contentType.withUTF8 { raw in
            guard let start = raw.baseAddress else { return nil }
            let base = UnsafeRawPointer(start)
            guard let value = HeaderParameters(base, 0..<raw.count),
                MultipartHead.equalsIgnoringCase(base, value.token, "multipart/form-data")
            else { return nil }
            return value["boundary"].map { Array($0.utf8) }
        }
        guard let boundary, (1...70).contains(boundary.count), boundary.last != 0x20,
            boundary.allSatisfy(isBoundaryByte)
        else {
            throw MultipartError(
                kind: .invalidContentType, offset: 0,
                message: "expected a content type like multipart/form-data; boundary=abc")
        }
        return boundary
    }

    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x27...0x29, 0x2B...0x2F, 0x3A, 0x3D, 0x3F, 0x5F: true
        default: false
        }
    }
}
