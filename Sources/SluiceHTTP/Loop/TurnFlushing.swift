/// A connection that is flushed at the end of a turn, see ``LoopTurn``.
protocol TurnFlushing: AnyObject {
    /// Flushes what was written.
    func turnEnded()
}
