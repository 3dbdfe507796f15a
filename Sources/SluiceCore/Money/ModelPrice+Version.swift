extension ModelPrice {
    /// A short text that is the same for the same price, also after a restart and on another machine, and another one for another
    /// price: who says it, for published ones as of which day and for overrides which, and a digest of all amounts.
    /// `published-2026-10-03-5bd9f0c2`, `configured-a01b44e7`, `override-price_01kbc…-0c5d9e31`, `highest-77c3d210`.
    public var version: String {
        var digest = PriceDigest()
        digest.add(self.rates)
        if let longContext = self.longContext {
            digest.add(Int64(clamping: longContext.aboveInputTokens))
            digest.add(longContext.rates)
        }
        digest.add(self.request.amount)
        digest.add(self.image.amount)
        switch self.source {
        case .override(let id): return "override-\(id)-\(digest.text)"
        case .configuration: return "configured-\(digest.text)"
        case .published(_, let asOf): return "published-\(asOf)-\(digest.text)"
        case .own: return "own-\(digest.text)"
        case .highest: return "highest-\(digest.text)"
        }
    }
}

/// Eight hexadecimal digits of amounts, by FNV-1a. It tells prices apart and is no protection against anybody.
/// Source: the IETF draft of FNV, section 2.
private struct PriceDigest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ amount: Int64) {
        withUnsafeBytes(of: amount.littleEndian) { bytes in
            for byte in bytes { self.state = (self.state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
    }

    mutating func add(_ rates: TokenRates) {
        let prices = [
            rates.input, rates.cacheRead, rates.cacheWrite5m, rates.cacheWrite1h, rates.output, rates.reasoning,
            rates.audioInput, rates.audioOutput,
        ]
        // What is not priced apart is no price of zero.
        for price in prices { self.add(price?.perMillion.amount ?? -1) }
    }

    var text: String {
        let folded = UInt32(truncatingIfNeeded: self.state ^ (self.state >> 32))
        let digits = String(folded, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
