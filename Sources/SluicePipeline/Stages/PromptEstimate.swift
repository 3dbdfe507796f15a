import NIOCore
import SluiceCore
import SluiceWire

/// A guess at how many tokens a request's prompt has, made of its size in less time than it takes to look at it.
///
/// A token is taken for four bytes of the body: what JSON adds to English makes up for what other scripts take more. Bodies that
/// are long enough to hold pictures or sounds are looked at in 64 places; what looks like base64 there counts a hundredth of a
/// token a byte. Within a factor of two for texts; what is really taken is known at settlement.
enum PromptEstimate {
    private static let bytesPerToken = 4
    /// A picture of 300 kB is then about 4,000 tokens, a page of a document about 1,300.
    private static let base64BytesPerToken = 100
    /// What a form holds is sound.
    private static let formBytesPerToken = 800
    /// Shorter bodies are taken for text.
    private static let shortest = 16_384
    private static let places = 64
    private static let placeBytes = 48

    /// The tokens of a request's prompt; none where it is only counted.
    static func tokens(of request: borrowing ScannedRequest) -> Int {
        if request.surface.operation == .countTokens { return 0 }
        let count = request.body.readableBytes
        if case .multipart = request.form { return count / self.formBytesPerToken }
        guard count >= self.shortest else { return count / self.bytesPerToken }
        let encoded = count / self.places * self.encodedPlaces(in: request.body.readableBytesUInt8Span)
        return (count - encoded) / self.bytesPerToken + encoded / self.base64BytesPerToken
    }

    /// At how many of the places, spread evenly over the body, it holds nothing but letters and digits of base64.
    private static func encodedPlaces(in bytes: Span<UInt8>) -> Int {
        let step = bytes.count / self.places
        var found = 0
        for place in 0..<self.places {
            let start = place * step
            var index = start
            while index < start + self.placeBytes, self.isBase64(bytes[index]) { index += 1 }
            if index == start + self.placeBytes { found += 1 }
        }
        return found
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
