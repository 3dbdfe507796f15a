import Logging

/// swift-log metadata as JSON: whole numbers and truth values as themselves, all else as text, credentials masked.
enum MetadataJSON {
    /// Deeper values are written as `"…"`.
    private static let depthLimit = 8

    static func append(_ value: Logger.Metadata.Value, key: String, depth: Int = 0, to bytes: inout [UInt8]) {
        guard depth < Self.depthLimit else {
            bytes.append("\"…\"")
            return
        }
        switch value {
        case .stringConvertible(let number as Int):
            bytes.append(decimal: Int64(number))
        case .stringConvertible(let flag as Bool):
            if flag { bytes.append("true") } else { bytes.append("false") }
        case .dictionary(let members):
            Self.append(members, key: key, depth: depth, to: &bytes)
        case _ where CredentialMask.isCredential(name: key):
            Self.appendMask(to: &bytes)
        case .string(let text):
            OperationalLogLine.append(quoted: text, to: &bytes)
        case .stringConvertible(let convertible):
            OperationalLogLine.append(quoted: convertible.description, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (position, value) in values.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(value, key: key, depth: depth + 1, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
    }

    private static func append(_ members: Logger.Metadata, key: String, depth: Int, to bytes: inout [UInt8]) {
        let isCredential = CredentialMask.isCredential(name: key)
        bytes.append(UInt8(ascii: "{"))
        for (position, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            OperationalLogLine.append(quoted: member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            Self.append(member.value, key: isCredential ? key : member.key, depth: depth + 1, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendMask(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(text: CredentialMask.mask)
        bytes.append(UInt8(ascii: "\""))
    }
}
