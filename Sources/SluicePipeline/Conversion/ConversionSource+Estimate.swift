import SluiceCore
import SluiceWire

extension ConversionSource {
    /// How many tokens the prompt has, for when no provider says: see `TokenEstimate`. What cannot be read as a conversation goes by
    /// its bytes, four of which are a token.
    var estimatedTokens: Int {
        // A request that cannot be read has been sent as it stands, and was answered.
        if self.surface.operation == .chat, let request = try? self.neutral().request {
            return TokenEstimate.tokens(of: request)
        }
        return max(1, self.bodyBytes / 4)
    }
}
