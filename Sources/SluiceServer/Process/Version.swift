/// The version of this build.
public enum Version {
    /// Semantic, as in the changelog.
    public static let current = "0.1.0"
}
