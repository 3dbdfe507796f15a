/// A model's name, split into what the vendor's rules go by and what the mock is to do.
///
/// `claude-opus-5-5+mock-tool-calls-2` has the rules of `claude-opus-5-5` and the behaviour of `mock-tool-calls-2`, for
/// clients that cannot send a header. A name that begins with `mock` has no vendor's rules. Bedrock's and Vertex's
/// spellings, ARNs too, are taken as they are.
struct ModelName: Sendable, Equatable {
    /// What follows the plus sign, or the whole name when that begins with `mock`; nil when the name asks for nothing.
    let behaviour: Substring?
    /// The name before the plus sign; `mock` for every name of the mock's own.
    let base: String

    init(_ name: String) {
        if name == "mock" || name.hasPrefix("mock-") {
            behaviour = name[...]
            base = "mock"
        } else if let mark = name.firstRange(of: "+mock"),
            mark.upperBound == name.endIndex || name[mark.upperBound] == "-"
        {
            behaviour = name[name.index(after: mark.lowerBound)...]
            base = String(name[..<mark.lowerBound])
        } else {
            behaviour = nil
            base = name
        }
    }

    /// Whether it is one of the mock's own names, for which no vendor's rules hold.
    var isMock: Bool { base == "mock" }
}
