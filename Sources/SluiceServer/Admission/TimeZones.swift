import SluiceConfig
import SluicePolicies
import Synchronization

/// The time zones of this machine, by the names of the IANA database; each is read once.
final class TimeZones: Sendable {
    /// Those below `/usr/share/zoneinfo`.
    static let system = TimeZones(files: SystemFiles(), folder: "/usr/share/zoneinfo")

    private let files: any FileReading
    private let folder: String
    private let known = Mutex<[String: TimeZoneRules]>([:])

    init(files: any FileReading, folder: String) {
        self.files = files
        self.folder = folder
    }

    /// The zone of a name; `nil` where there is none, or its file makes no sense. `UTC` is always known. Reads a file the first time.
    func zone(_ name: String) -> TimeZoneRules? {
        if name == "UTC" { return .utc }
        guard Self.isName(name) else { return nil }
        if let zone = self.known.withLock({ $0[name] }) { return zone }
        guard let bytes = try? self.files.read("\(self.folder)/\(name)", limit: .mebibytes(1)),
            let zone = try? TimeZoneRules(name: name, file: bytes)
        else { return nil }
        self.known.withLock { $0[name] = zone }
        return zone
    }

    /// Whether a text can be a name: no way leads out of the folder.
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return (1...4).contains(parts.count) && name.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "+"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }
}
