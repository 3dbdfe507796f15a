/// What becomes of requests for models whose price nobody knows. The raw value stands in the configuration.
public enum UnknownPrice: String, Sendable, CaseIterable {
    /// They are served, and their tokens are marked: in the ledger, the API and a metric.
    case flag
    /// They are refused before they are sent.
    case block
    /// They are served and marked, and cost the highest price that the book has for their kind of provider.
    case estimateHigh = "estimate_high"
}
