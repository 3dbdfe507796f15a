import NIOCore
import SluiceHTTP
import SluiceWire

extension ConversionSource {
    /// How many tokens the prompt has, for when no provider says; see `TokenEstimate`.
    var estimatedTokens: Int { TokenEstimate.tokens(ofJSON: self.body.readableBytesUInt8Span) }
}
