extension NeutralMedia {
    /// The text of a text document that is in the request itself; `nil` for everything else.
    var plainText: JSONString? {
        switch source {
        case .text(let text): return text
        case .base64(let data):
            guard let mediaType, mediaType.hasPrefix("text/") || mediaType == "application/json",
                let bytes = Base64.decode(data.utf8)
            else { return nil }
            return JSONString(utf8: bytes)
        case .url, .file: return nil
        }
    }
}

extension NeutralExtras {
    /// Reports what is not of `dialect` as dropped, for parts that the dialect writes as plain text, without an object
    /// of their own.
    func report(to losses: inout ConversionLosses, for dialect: Dialect) {
        for field in fields where field.origin != dialect { losses.drop(field.name) }
    }
}
