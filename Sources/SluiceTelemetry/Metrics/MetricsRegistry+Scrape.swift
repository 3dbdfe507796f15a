extension MetricsRegistry {
    /// The `Content-Type` of what ``scrape(into:process:logs:)`` writes.
    public static var contentType: String { PrometheusText.contentType }

    /// Appends all metrics as Prometheus text, version 0.0.4.
    ///
    /// It reads every shard for some microseconds at a time and sorts and prints outside of them: with thousands of series that
    /// takes milliseconds, so it is better not run on an event loop.
    ///
    /// - Parameters:
    ///   - bytes: what the text is appended to.
    ///   - process: the kernel's figures, ``ProcessStatistics/current()``; `nil` leaves them out.
    ///   - logs: the counters of the log's sink; `nil` leaves them out.
    public func scrape(
        into bytes: inout [UInt8],
        process: ProcessStatistics? = ProcessStatistics.current(),
        logs: LogSink.Counters? = nil
    ) {
        let series = self.merged()
        // Read after the merge: every number in a series has its name by now.
        let names = ScrapedNames(self.labels)
        var text = PrometheusText(appendingTo: bytes)
        bytes = []
        text.writeHTTP(series)
        text.writeUpstream(series, names)
        text.writeGateway(series, names)
        text.writeGenAI(series, names)
        text.writeConnections(self.shards.map { $0.loop })
        text.writeSharedLimits(self.sharedLimits)
        text.writeOperations(self, logs)
        if let process { text.writeProcess(process) }
        bytes = text.bytes
    }
}
