/// Why a gateway cannot start, in words for whoever starts it.
struct StartFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
