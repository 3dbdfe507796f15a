/// Parameters as libpq takes them: integers and texts as text, bytes as they are.
struct PostgreSQLParameters {
    /// All values one after the other, each text with a zero after it.
    private var storage: [CChar] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            switch value {
            case .null: self.append(nil, isBinary: false)
            case .integer(let value): self.append(Array(String(value).utf8), isBinary: false)
            case .text(let text): self.append(Array(text.utf8), isBinary: false)
            case .bytes(let bytes): self.append(bytes, isBinary: true)
            }
        }
    }

    /// The cells of rows, one row behind the other.
    init(_ cells: [SQLCell]) {
        self.offsets.reserveCapacity(cells.count)
        self.lengths.reserveCapacity(cells.count)
        self.formats.reserveCapacity(cells.count)
        for cell in cells {
            switch cell {
            case .null: self.append(nil, isBinary: false)
            case .integer(let value):
                var digits = String(value)
                digits.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
            case .text(let text): self.append(text)
            }
        }
    }

    private mutating func append(_ text: UnsafeRawBufferPointer) {
        self.offsets.append(self.storage.count)
        self.lengths.append(Int32(clamping: text.count))
        self.formats.append(0)
        self.storage.append(contentsOf: text.bindMemory(to: CChar.self))
        self.storage.append(0)
    }

    private mutating func append(_ bytes: [UInt8]?, isBinary: Bool) {
        self.offsets.append(bytes.map { _ in self.storage.count })
        self.lengths.append(Int32(clamping: bytes?.count ?? 0))
        self.formats.append(isBinary ? 1 : 0)
        guard let bytes else { return }
        self.storage.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
        self.storage.append(0)
    }

    /// Calls `body` with the count and the three arrays.
    func withPointers<Value>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Value
    ) -> Value {
        self.storage.withUnsafeBufferPointer { storage in
            let pointers = self.offsets.map { offset in offset.flatMap { at in storage.baseAddress.map { $0 + at } } }
            return pointers.withUnsafeBufferPointer { pointers in
                self.lengths.withUnsafeBufferPointer { lengths in
                    self.formats.withUnsafeBufferPointer { formats in
                        body(
                            Int32(clamping: self.offsets.count), pointers.baseAddress, lengths.baseAddress,
                            formats.baseAddress)
                    }
                }
            }
        }
    }
}
