/// A model name or an `x-mock-*` header that asks for something the mock does not do.
struct BehaviourError: Error, Equatable {
    enum Reason: Equatable {
        case unknownModel
        case unknownHeader
        case badValue
    }

    var reason: Reason
    /// The model name or the header's name.
    var subject: String
    /// What to write instead; safe to show.
    var message: String
}
