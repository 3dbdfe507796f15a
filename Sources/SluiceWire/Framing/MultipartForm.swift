/// The parts of a whole `multipart/form-data` body, as ranges of its bytes: nothing is decoded or copied.
///
/// Strict where leniency would let two readers see different forms: CRLF line ends only, one `Content-Disposition`
/// with one `name` per part, no line that starts like the boundary and goes on, a closing boundary. Time is linear in
/// the body; the number of parts and the size of their heads are bounded.
/// Source: RFC 7578 and RFC 2046 section 5.1.1.
public struct MultipartForm: Sendable, Equatable {
    /// One part of a form.
    public struct Part: Sendable, Equatable {
        /// The field's name.
        public var name: String
        /// The name of the file, when the part is one.
        public var filename: String?
        /// The header lines, without the empty line after them.
        public var headers: Range<Int>
        /// The content.
        public var content: Range<Int>
    }

    /// Bounds on the shape of a form.
    public struct Limits: Sendable, Equatable {
        /// How many parts a form may have.
        public var maximumParts: Int
        /// How many bytes the head of a part may have.
        public var maximumHeadBytes: Int

        /// Bounds that real forms stay far below.
        public static let `default` = Limits()

        /// Creates limits.
        public init(maximumParts: Int = 1024, maximumHeadBytes: Int = 16 * 1024) {
            self.maximumParts = maximumParts
            self.maximumHeadBytes = maximumHeadBytes
        }
    }

    /// The parts, in order.
    public private(set) var parts: [Part] = []

    /// Scans `bytes`, a whole body whose parts `boundary` divides.
    ///
    /// Throws ``MultipartError`` with the offset of the first fault.
    public static func parse(
        _ bytes: Span<UInt8>, boundary: [UInt8], limits: Limits = .default
    ) throws(MultipartError) -> MultipartForm {
        let result: Result<MultipartForm, MultipartError> = bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return .failure(Self.unbounded(0)) }
            return boundary.withUnsafeBytes { mark in
                guard let start = mark.baseAddress else { return .failure(Self.unbounded(0)) }
                var reader = MultipartReader(
                    base: base, end: raw.count, boundary: start, boundaryCount: mark.count, limits: limits)
                return reader.read().map { MultipartForm(parts: $0) }
            }
        }
        return try result.get()
    }

    /// The parts of the field `name`.
    public func parts(named name: String) -> [Part] {
        parts.filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The content of a part as text; `bytes` is the body that was scanned.
    public static func text(of part: Part, in bytes: Span<UInt8>) -> String {
        guard part.content.upperBound <= bytes.count else { return "" }
        return bytes.withUnsafeBytes { raw in String(decoding: raw[part.content], as: UTF8.self) }
    }

    static func unbounded(_ offset: Int) -> MultipartError {
        MultipartError(kind: .missingBoundary, offset: offset, message: "the form holds no line with its boundary")
    }
}
