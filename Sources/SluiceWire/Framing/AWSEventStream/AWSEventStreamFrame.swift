/// One frame of an AWS event stream, as ``AWSEventStreamParser`` found it. Both checksums were right, its headers are whole.
public struct AWSEventStreamFrame: Sendable, Hashable {
    /// Where a frame's bytes lie.
    public enum Place: Sendable, Hashable {
        /// In the chunk that was read: nothing was copied.
        case chunk
        /// In the parser, because the frame came in several chunks.
        case buffered
    }

    /// The offset in the chunk at which the frame ends.
    public var end: Int
    /// Where the bytes lie.
    public var place: Place
    /// The frame's headers, in bytes of the place.
    public var headers: Range<Int>
    /// The frame's payload, in bytes of the place.
    public var payload: Range<Int>
}
