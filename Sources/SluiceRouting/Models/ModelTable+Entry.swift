public import SluiceCore

extension ModelTable {
    /// One entry of the table.
    public struct Entry: Sendable {
        /// The name or pattern.
        public var pattern: ModelPattern
        /// The model that it is another name of. Then nothing else of the entry counts.
        public var alias: String?
        /// Where it leads.
        public var targets: [EntryTarget]
        /// How one of them is chosen.
        public var strategy: Strategy
        /// When and how often an attempt is repeated.
        public var retry: RetryPolicy
        /// Where a request goes when the targets have failed.
        public var fallbacks: Fallbacks

        /// Makes an entry.
        public init(
            pattern: ModelPattern,
            targets: [EntryTarget],
            strategy: Strategy = .priority,
            retry: RetryPolicy = RetryPolicy(),
            fallbacks: Fallbacks = Fallbacks()
        ) {
            self.pattern = pattern
            self.targets = targets
            self.strategy = strategy
            self.retry = retry
            self.fallbacks = fallbacks
        }

        /// Makes another name of a model.
        public init(pattern: ModelPattern, alias: String) {
            self.init(pattern: pattern, targets: [] as [EntryTarget])
            self.alias = alias
        }

        /// Makes an entry whose targets are tried in order.
        public init(pattern: ModelPattern, targets: [(provider: Int, model: String?)]) {
            self.init(
                pattern: pattern, targets: targets.map { EntryTarget(.provider($0.provider, model: $0.model)) })
        }
    }

    /// Where a target or a fallback leads.
    public enum Destination: Sendable, Hashable {
        /// A provider by its place, and the model to ask for; `nil` keeps the name that the client sent.
        case provider(Int, model: String?)
        /// A model by name, as if a client had sent it: another entry, or `provider/model`.
        case model(String)
    }

    /// One target as an entry writes it.
    public struct EntryTarget: Sendable, Hashable {
        /// Where it leads.
        public var destination: Destination
        /// Its share among its siblings, not negative; 0 is chosen when nothing else is left.
        public var weight: Double
        /// What it costs, if that is known. A nested model has the prices of its own targets.
        public var price: TargetPrice?

        /// Makes a target.
        public init(_ destination: Destination, weight: Double = 1, price: TargetPrice? = nil) {
            self.destination = destination
            self.weight = weight.isFinite ? max(0, weight) : 0
            self.price = price
        }
    }

    /// A provider as the table sees it.
    public struct ProviderEntry: Sendable {
        /// Its name, for `provider/model`.
        public var name: String
        /// The models that it serves when the table is empty.
        public var patterns: [ModelPattern]
        /// An identity of each of its credentials, in the order by which attempts count them: the same number for the same
        /// secret, also after a reload. A provider without credentials has one that stands for none.
        public var credentials: [UInt64]
        /// When its targets and credentials are left alone.
        public var health: HealthSettings

        /// Makes an entry.
        public init(
            name: String,
            patterns: [ModelPattern],
            credentials: [UInt64] = [0],
            health: HealthSettings = HealthSettings()
        ) {
            self.name = name
            self.patterns = patterns
            self.credentials = credentials.isEmpty ? [0] : credentials
            self.health = health
        }
    }

    /// Why an entry serves nothing.
    public enum Problem: Sendable, Hashable {
        /// The targets of the entry, or what it is an alias of, lead back to it, through these names.
        case cycle(entry: Int, path: [String])
        /// A target or a fallback of the entry names a model that nothing serves.
        case unknownModel(entry: Int, name: String)
        /// The entry has more targets than a tree can hold, nested ones unfolded.
        case tooManyTargets(entry: Int, limit: Int)
    }
}
