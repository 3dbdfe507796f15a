/// Which pictures Messages takes. Source: Anthropic vision guide (read 2026-11).
enum AnthropicMediaType {
    /// The name that the vendor knows a picture's type by; `nil` for types that it does not take.
    static func image(_ type: String?) -> String? {
        switch type {
        case "image/jpeg", "image/jpg", "image/pjpeg": "image/jpeg"
        case "image/png", "image/gif", "image/webp": type
        default: nil
        }
    }
}
