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
