/// File name endings and media types of the documents that models are sent.
enum OpenAIFileType {
    private static let known: [(ending: String, type: String)] = [
        ("pdf", "application/pdf"), ("txt", "text/plain"), ("md", "text/markdown"), ("csv", "text/csv"),
        ("html", "text/html"), ("htm", "text/html"), ("xml", "text/xml"), ("json", "application/json"),
        ("doc", "application/msword"), ("xls", "application/vnd.ms-excel"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ]

    /// The media type that a file's name stands for.
    static func mediaType(of name: String) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return known.first { $0.ending == ending }?.type
    }

    /// A file name for a document that has none: OpenAI wants one, with the right ending.
    static func name(for mediaType: String) -> String {
        "document." + (known.first { $0.type == mediaType }?.ending ?? "bin")
    }
}
