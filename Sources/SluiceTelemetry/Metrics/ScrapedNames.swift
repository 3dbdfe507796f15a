/// The label values by number, as they were at one scrape.
struct ScrapedNames {
    private let models: [String]
    private let providers: [String]
    private let keyNames: [String]
    private let errorTypes: [String]

    init(_ labels: LabelInterners) {
        self.models = labels.models.names
        self.providers = labels.providers.names
        self.keyNames = labels.keyNames.names
        self.errorTypes = labels.errorTypes.names
    }

    func model(_ key: SeriesKey) -> String { Self.name(key.name, in: self.models) }
    func provider(_ key: SeriesKey) -> String { Self.name(key.provider, in: self.providers) }
    func keyName(_ key: SeriesKey) -> String { Self.name(key.name, in: self.keyNames) }
    func errorType(_ key: SeriesKey) -> String { Self.name(key.variant, in: self.errorTypes) }

    private static func name(_ number: UInt32, in names: [String]) -> String {
        Int(number) < names.count ? names[Int(number)] : "other"
    }
}
