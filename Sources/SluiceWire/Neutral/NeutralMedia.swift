/// A picture, a document, a sound or a film.
public struct NeutralMedia: Sendable, Hashable {
    /// Where the bytes are.
    public enum Source: Sendable, Hashable {
        /// Here, in base64.
        case base64(JSONString)
        /// At an address. The gateway never fetches it.
        case url(JSONString)
        /// At the vendor, under an id that only it knows.
        case file(id: JSONString, origin: Dialect)
        /// Here, as plain text: a text document.
        case text(JSONString)
    }

    /// Where the bytes are.
    public var source: Source
    /// `image/png`, in lower case; `nil` when unknown, as for most addresses.
    public var mediaType: String?
    /// A file name or title.
    public var name: JSONString?
    /// How closely to look at a picture: `low`, `high`, `auto`.
    public var detail: JSONString?

    /// Makes a medium.
    public init(_ source: Source, mediaType: String? = nil, name: JSONString? = nil, detail: JSONString? = nil) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
    }
}
