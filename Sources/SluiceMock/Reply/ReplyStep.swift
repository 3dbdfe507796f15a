import NIOHTTP1

/// One thing for the driver of a connection to do, in order.
enum ReplyStep: Sendable, Equatable {
    /// Waits, counted from the end of the wait before, so that a busy loop catches up.
    case wait(Duration)
    /// Sends the head. Without a content-length in it the body is chunked.
    case head(HTTPResponseStatus, HTTPHeaders)
    /// Sends a piece of the body.
    case bytes(ArraySlice<UInt8>)
    /// Sends a piece of ``Filler`` text as it stands, at most ``Filler/blockBytes`` long.
    case filler(Int)
    /// Sends bytes outside the framing of the body.
    case raw([UInt8])
    /// Ends the response in good order.
    case end(isClosing: Bool)
    /// Does nothing any more, and keeps the connection open.
    case stall
    /// Closes the connection once everything before has gone out.
    case cut
    /// Resets the connection.
    case reset
}
