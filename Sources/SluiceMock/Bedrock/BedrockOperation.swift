/// What can be asked of Bedrock's runtime.
enum BedrockOperation: String, CaseIterable, Sendable {
    case converse
    case stream = "converse-stream"
    case count = "count-tokens"
    case invoke

    /// The operation and the decoded model of `/model/{id}/{operation}`; the id is one segment, so that the slashes
    /// of an ARN have to be encoded.
    static func find(_ path: Substring) -> (BedrockOperation, model: String)? {
        let segments = path.split(separator: "/", maxSplits: 8, omittingEmptySubsequences: false)
        guard segments.count == 4, segments[1] == "model", (1...2048).contains(segments[2].utf8.count),
            let operation = BedrockOperation(rawValue: String(segments[3]))
        else { return nil }
        return (operation, RequestURI.decoded(String(segments[2])))
    }

    static let paths = allCases.map { "POST /model/{id}/\($0.rawValue)" }
}
