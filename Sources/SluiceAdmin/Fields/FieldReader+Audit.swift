import SluiceWire

extension FieldReader {
    /// Names of members that the audit table is not told the value of.
    private static let secrets: Set<String> = ["password"]
    /// The longest detail in bytes; of what is longer the names are kept.
    private static let detailLimit = 4096

    /// What the audit table is told of the body: its members, without secrets.
    var auditDetail: String? {
        guard !self.names.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        for name in self.names {
            writer.key(name)
            if !Self.secrets.contains(name), let raw = self.raw(name) { writer.raw(raw) } else { writer.string("…") }
        }
        writer.endObject()
        let bytes = writer.take()
        guard bytes.count > Self.detailLimit else { return String(decoding: bytes, as: UTF8.self) }
        writer.beginObject()
        writer.member("members", self.names)
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
