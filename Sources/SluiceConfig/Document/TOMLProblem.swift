/// A text that is no TOML: what is wrong and where, from 1.
struct TOMLProblem: Error {
    var message: String
    var line: Int
    var column: Int
}
