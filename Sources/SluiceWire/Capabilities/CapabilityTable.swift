/// What models accept, as data.
public enum CapabilityTable {
    /// What a model accepts.
    public static func capabilities(kind: String, dialect: Dialect, model: String) -> ModelCapabilities {
        ModelCapabilities()
    }
}
