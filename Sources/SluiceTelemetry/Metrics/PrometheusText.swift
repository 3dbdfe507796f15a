/// Writes metrics in Prometheus' text format, version 0.0.4.
///
/// Shape: for each metric `# HELP name text`, `# TYPE name counter|gauge|histogram`, then a line `name{label="value"} number`
/// for each series. A histogram's buckets are cumulative and end with `le="+Inf"`, followed by `_sum` and `_count`.
/// Source: prometheus.io, Exposition formats (read 2026-11).
struct PrometheusText {
    enum Kind {
        case counter
        case gauge
        case histogram
    }

    /// The `Content-Type` of this format.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8]
    private var name: StaticString = ""

    init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// Begins a metric; what follows belongs to it. `help` holds neither a backslash nor a line feed.
    mutating func metric(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.name = name
        self.bytes.append("# HELP ")
        self.bytes.append(name)
        self.bytes.append(" ")
        self.bytes.append(help)
        self.bytes.append("\n# TYPE ")
        self.bytes.append(name)
        switch kind {
        case .counter: self.bytes.append(" counter\n")
        case .gauge: self.bytes.append(" gauge\n")
        case .histogram: self.bytes.append(" histogram\n")
        }
    }

    /// One series of a counter or gauge.
    mutating func sample(_ labels: LabelText = LabelText(), _ value: Int64) {
        self.begin("", labels)
        self.bytes.append(decimal: value)
        self.bytes.append("\n")
    }

    /// One series of a counter or gauge whose value is `value / 10^decimals`; none if it is `nil`.
    mutating func sample(_ labels: LabelText = LabelText(), fixed value: Int64?, decimals: Int) {
        guard let value else { return }
        self.begin("", labels)
        self.bytes.append(fixed: UInt64(clamping: value), decimals: decimals)
        self.bytes.append("\n")
    }

    /// One series of a counter or gauge whose value is `value / 10^decimals` and may be negative.
    mutating func sample(_ labels: LabelText = LabelText(), signed value: Int64, decimals: Int) {
        self.begin("", labels)
        if value < 0 { self.bytes.append("-") }
        self.bytes.append(fixed: value.magnitude, decimals: decimals)
        self.bytes.append("\n")
    }

    /// One series of a histogram: `slot` of `table`.
    mutating func histogram(_ labels: LabelText, _ table: HistogramTable, slot: Int) {
        var cumulative: UInt64 = 0
        let buckets = table.buckets(ofSlot: slot)
        for (bucket, count) in zip(0..., buckets) {
            cumulative &+= count
            self.begin("_bucket", labels, isOpen: true)
            self.bytes.append("le=\"")
            if bucket < table.bounds.limits.count {
                self.bytes.append(fixed: table.bounds.limits[bucket], decimals: table.bounds.decimals)
            } else {
                self.bytes.append("+Inf")
            }
            self.bytes.append("\"} ")
            self.bytes.append(decimal: cumulative)
            self.bytes.append("\n")
        }
        self.begin("_sum", labels)
        self.bytes.append(fixed: table.sum(ofSlot: slot), decimals: table.bounds.decimals)
        self.bytes.append("\n")
        self.begin("_count", labels)
        self.bytes.append(decimal: cumulative)
        self.bytes.append("\n")
    }

    private mutating func begin(_ suffix: StaticString, _ labels: LabelText, isOpen: Bool = false) {
        self.bytes.append(self.name)
        self.bytes.append(suffix)
        guard isOpen || !labels.bytes.isEmpty else {
            self.bytes.append(" ")
            return
        }
        self.bytes.append("{")
        self.bytes.append(contentsOf: labels.bytes)
        if isOpen {
            if !labels.bytes.isEmpty { self.bytes.append(",") }
        } else {
            self.bytes.append("} ")
        }
    }
}
