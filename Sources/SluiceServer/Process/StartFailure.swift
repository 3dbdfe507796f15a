/// Why a gateway cannot start, in words for whoever starts it.
public struct StartFailure: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
