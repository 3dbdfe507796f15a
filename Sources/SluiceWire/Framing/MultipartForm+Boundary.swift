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
