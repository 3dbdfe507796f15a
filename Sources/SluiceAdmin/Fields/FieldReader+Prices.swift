import SluiceCore
import SluiceWire

extension FieldReader {
    /// The most that a million tokens, a request or a picture may cost, in dollars: more than any ever did, and far from where sums end.
    private static let mostDollars: Int64 = 1_000_000

    /// US dollars, as a number or as text: exact, whatever a client's own numbers are.
    func dollars(_ name: String) throws(AdminError) -> Field<NanoUSD> {
        let most = NanoUSD(Self.mostDollars * 1_000_000_000)
        return try self.read(
            name, "US dollars from 0 to \(Self.mostDollars) like 0.25, with at most nine digits after the point"
        ) { node in
            let text = node.kind == .number ? String(decoding: node.rawBytes, as: UTF8.self) : node.stringValue
            return text.flatMap(Self.dollars(of:)).flatMap { $0 <= most ? $0 : nil }
        }
    }

    /// US dollars for a million tokens.
    func tokenPrice(_ name: String) throws(AdminError) -> Field<TokenPrice> {
        try self.dollars(name).map { TokenPrice(perMillion: $0) }
    }

    /// A day.
    func day(_ name: String) throws(AdminError) -> Field<PriceDate> {
        try self.read(name, "a day like 2026-12-31") { $0.stringValue.flatMap { PriceDate($0) } }
    }

    /// Reads `0.25` or `2.5e-1`, as JSON has it; `nil` for anything else, for negative ones and for parts of a billionth.
    static func dollars(of text: String) -> NanoUSD? {
        guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return NanoUSD(dollars: text) }
        let parts = text[..<mark].split(separator: ".", omittingEmptySubsequences: false)
        // Farther the point does not move in any amount that could be held.
        guard let exponent = Int(text[text.index(after: mark)...]), (-30...30).contains(exponent),
            (1...2).contains(parts.count)
        else { return nil }
        let digits = parts.joined()
        guard !digits.isEmpty else { return nil }
        let point = (parts.first?.count ?? 0) + exponent
        if point <= 0 { return NanoUSD(dollars: "0." + String(repeating: "0", count: -point) + digits) }
        let padded = digits + String(repeating: "0", count: max(0, point - digits.count))
        return NanoUSD(dollars: "\(padded.prefix(point)).\(padded.dropFirst(point))")
    }
}
