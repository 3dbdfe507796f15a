/// A value of a row that is inserted. A text is where it lies, and stays there until the insert is over.
enum SQLCell {
    case null
    case integer(Int64)
    /// A text in UTF-8 without a zero byte.
    case text(UnsafeRawBufferPointer)

    /// A text that is known at compile time.
    static func literal(_ text: StaticString) -> SQLCell {
        .text(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
