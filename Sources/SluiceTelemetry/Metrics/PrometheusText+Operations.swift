/// The metrics of the gateway's own condition.
extension PrometheusText {
    /// `loops` holds the gauges of each event loop, in its order.
    mutating func writeConnections(_ loops: [LoopGauges]) {
        self.metric("sluice_connections_open", .gauge, "Open client connections by event loop.")
        self.write(loops) { $0.openConnections }
        self.metric("sluice_connections_accepted_total", .counter, "Client connections accepted by event loop.")
        self.write(loops) { $0.acceptedConnections }
        self.metric("sluice_connections_refused_total", .counter, "Client connections turned away by event loop.")
        self.write(loops) { $0.refusedConnections }
        self.metric("sluice_tls_handshake_failures_total", .counter, "TLS handshakes of clients that failed.")
        self.write(loops) { $0.tlsHandshakeFailures }
    }

    mutating func writeOperations(_ registry: MetricsRegistry, _ logs: LogSink.Counters?) {
        let reloads = registry.reloadCounts
        self.metric("sluice_config_reloads_total", .counter, "Configurations read again, by result.")
        self.sample(LabelText().adding("result", "success"), reloads.succeeded)
        self.sample(LabelText().adding("result", "failure"), reloads.failed)
        self.metric("sluice_config_last_reload_successful", .gauge, "1 unless the last configuration was refused.")
        self.sample(LabelText(), reloads.lastSucceeded ? 1 : 0)
        if let time = reloads.lastSuccessNanoseconds {
            self.metric(
                "sluice_config_last_reload_success_timestamp_seconds",
                .gauge,
                "When one came into force."
            )
            self.sample(fixed: time, decimals: 9)
        }
        if let logs {
            self.metric("sluice_log_lines_total", .counter, "Log lines written.")
            self.sample(LabelText(), Int64(clamping: logs.written))
            self.metric("sluice_log_lines_shed_total", .counter, "Log lines dropped because the output was too slow.")
            self.sample(LabelText(), Int64(clamping: logs.shed))
        }
        self.metric("sluice_build_info", .gauge, "Always 1; the version is in the label.")
        self.sample(LabelText().adding("version", registry.version), 1)
    }

    mutating func writeProcess(_ process: ProcessStatistics) {
        self.single("process_resident_memory_bytes", .gauge, "Resident memory.", process.residentBytes)
        self.single("process_virtual_memory_bytes", .gauge, "Address space.", process.virtualBytes)
        self.single("process_cpu_seconds_total", .counter, "User and system time.", process.cpuNanoseconds, decimals: 9)
        self.single("process_open_fds", .gauge, "Open file descriptors.", process.openDescriptors)
        self.single("process_max_fds", .gauge, "The limit of open file descriptors.", process.maximumDescriptors)
        self.single(
            "process_start_time_seconds",
            .gauge,
            "When the process began.",
            process.startNanoseconds,
            decimals: 9
        )
    }

    private mutating func single(
        _ name: StaticString,
        _ kind: Kind,
        _ help: StaticString,
        _ value: Int64?,
        decimals: Int = 0
    ) {
        guard let value else { return }
        self.metric(name, kind, help)
        self.sample(fixed: value, decimals: decimals)
    }

    private mutating func write(_ loops: [LoopGauges], _ value: (LoopGauges) -> Int64) {
        for (number, loop) in loops.enumerated() {
            self.sample(LabelText().adding("loop", String(number)), value(loop))
        }
    }
}
