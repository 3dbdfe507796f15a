/// A path below a base URL, with or without a place for the model's name: `/v1beta/models/{model}:countTokens`.
struct PathTemplate: Sendable {
    private let head: String
    private let tail: String?

    /// - Parameters:
    ///   - template: begins with a slash; `{model}` at most once.
    ///   - base: the base URL's path, without a slash at its end.
    init(_ template: String, base: String) {
        let marker = "{model}"
        var before = template[...]
        var after: String?
        var index = template.startIndex
        while index < template.endIndex {
            if template[index...].hasPrefix(marker) {
                before = template[..<index]
                after = String(template[template.index(index, offsetBy: marker.count)...])
                break
            }
            index = template.index(after: index)
        }
        self.head = base + before
        self.tail = after
    }

    /// The path for a model; the name stays one segment, whatever is in it.
    func target(model: String) -> String {
        guard let tail else { return self.head }
        return self.head + PercentEncoding.segment(model) + tail
    }
}
