/// Every chat dialect, in one place: adding one ends with a line here.
public enum DialectRegistry {
    /// The codec of a dialect; `nil` for dialects that have no chat.
    public static func chat(_ dialect: Dialect) -> (any ChatCodec.Type)? {
        switch dialect {
        default: nil
        }
    }
}
