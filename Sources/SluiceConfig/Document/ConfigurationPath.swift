/// The way from the root of a document to a value, as it is printed: `models."gpt-4.1".targets[0].provider`.
struct ConfigurationPath: Hashable, CustomStringConvertible {
    static let root = ConfigurationPath(description: "")

    let description: String

    private init(description: String) {
        self.description = description
    }

    func key(_ key: String) -> ConfigurationPath {
        let isPlain =
            !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "*"):
                    true
                default: false
                }
            }
        let written = isPlain ? key : "\"\(FoundText.sanitized(key))\""
        return ConfigurationPath(description: description.isEmpty ? written : "\(description).\(written)")
    }

    func index(_ index: Int) -> ConfigurationPath {
        ConfigurationPath(description: "\(description)[\(index)]")
    }
}
