import SluiceCore

/// Makes the text of a client key where nothing is stored of it.
public enum KeyGenerator {
    /// A new key, from the system's random numbers.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        guard let made = ClientKey.make(using: &generator) else {
            preconditionFailure("A key that was made here has the shape of one.")
        }
        return made.text.expose()
    }
}
