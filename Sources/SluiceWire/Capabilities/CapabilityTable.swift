/// What models accept, as data: rows in an order, general ones first. All rows that fit count, later ones over earlier.
///
/// Every row names its source and the month in which it was read. What no row speaks of is passed on, and the vendor
/// decides. A configuration sets facts over the table, per provider and per target, by ``CapabilityOverride``.
public enum CapabilityTable {
    private static let rows: [CapabilityRow] =
        openAIRows + compatibleRows + claudeRows + bedrockRows + geminiRows + ollamaRows + cohereRows
        + embeddingRows

    /// What a model accepts.
    ///
    /// - Parameters:
    ///   - kind: the provider's kind, as the configuration names it.
    ///   - dialect: the dialect in which it is spoken to.
    ///   - model: the model by the provider's name, with what surrounds it there: region, vendor, version, ARN.
    public static func capabilities(kind: String, dialect: Dialect, model: String) -> ModelCapabilities {
        var capabilities = ModelCapabilities()
        // A name is compared with each row, and a hostile one could be long.
        let name = Array(model.utf8.prefix(512))
        for row in self.rows where row.scope.includes(kind: kind, dialect: dialect) {
            if row.patterns.contains(where: { CapabilityPattern.matches($0, name.span) }) { row.facts(&capabilities) }
        }
        return capabilities
    }
}
