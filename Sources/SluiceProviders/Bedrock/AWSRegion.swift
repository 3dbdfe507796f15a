/// AWS's regions, as far as addresses need them.
enum AWSRegion {
    /// The host of a service in a region. Source: AWS General Reference, "Service endpoints" (read 2026-11).
    static func host(_ service: String, region: String) -> String {
        "\(service).\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")"
    }

    /// The region that a host names: `bedrock-runtime.eu-west-1.amazonaws.com`.
    static func region(ofHost host: String) -> String? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[2] == "amazonaws" else { return nil }
        return String(parts[1])
    }
}
