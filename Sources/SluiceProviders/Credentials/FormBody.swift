/// A form as HTTP posts it. Source: RFC 6749, appendix B; names and values are percent-encoded, space included.
enum FormBody {
    static let contentType = (name: "content-type", value: "application/x-www-form-urlencoded")

    static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] {
        let pairs = fields.map { "\(PercentEncoding.value($0.name))=\(PercentEncoding.value($0.value))" }
        return Array(pairs.joined(separator: "&").utf8)
    }
}
