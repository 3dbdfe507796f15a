import SluiceCore

/// Profiles of `~/.aws/credentials` and `~/.aws/config`.
///
/// A file has sections (`[name]`, in the second file `[profile name]`) of `key = value` lines; `#` and `;` begin a
/// comment; lines that begin with a space belong to the key before and say nothing here. Keys of the first file count
/// over those of the second.
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files" (read 2026-11).
enum AWSProfile {
    /// The source that a profile names; `nil` when there is no such profile, or nothing in it to sign with.
    static func source(_ name: String, _ settings: CredentialSettings) -> CredentialSource? {
        let config = self.read("AWS_CONFIG_FILE", "~/.aws/config", settings)
        let credentials = self.read("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", settings)
        var values = self.section(name == "default" ? ["default", "profile default"] : ["profile \(name)"], of: config)
        values.merge(self.section([name], of: credentials)) { $1 }
        if let id = values["aws_access_key_id"], let key = values["aws_secret_access_key"] {
            return AWSCredentialChain.fixed(id, Secret(key), values["aws_session_token"].map { Secret($0) })
        }
        if let role = values["role_arn"], let file = values["web_identity_token_file"] {
            return .awsWebIdentity(
                AWSWebIdentitySource(
                    tokenFile: settings.path(file),
                    roleARN: role,
                    sessionName: values["role_session_name"] ?? "sluice",
                    region: values["region"] ?? AWSCredentialChain.region(settings)
                )
            )
        }
        let unsupported = ["role_arn", "sso_session", "sso_start_url", "credential_process", "login_session"]
        guard let key = unsupported.first(where: { values[$0] != nil }) else { return nil }
        return .missing(
            CredentialError("the profile \(name) has \(key), which is not supported; give it keys, or a web identity"))
    }

    private static func read(_ variable: String, _ usual: String, _ settings: CredentialSettings) -> [UInt8] {
        settings.readFile(settings.path(settings.variable(variable) ?? usual)) ?? []
    }

    /// The values of the sections with one of these names.
    static func section(_ names: [String], of file: [UInt8]) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in file.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            if first == UInt8(ascii: "[") {
                let name = line.dropFirst().prefix { $0 != UInt8(ascii: "]") }
                let words = name.split(whereSeparator: self.isSpace).map { String(decoding: $0, as: UTF8.self) }
                isInside = names.contains(words.joined(separator: " "))
                continue
            }
            guard isInside, !self.isSpace(first), let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = self.trimmed(line[..<equals]).lowercased()
            let value = self.trimmed(self.withoutComment(line[line.index(after: equals)...]))
            if !value.isEmpty { values[key] = value }
        }
        return values
    }

    /// A comment within a line follows a space.
    private static func withoutComment(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for index in value.indices.dropFirst()
        where (value[index] == UInt8(ascii: "#") || value[index] == UInt8(ascii: ";")) && self.isSpace(value[index - 1])
        {
            return value[..<index]
        }
        return value
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var rest = bytes
        while let first = rest.first, self.isSpace(first) { rest.removeFirst() }
        while let last = rest.last, self.isSpace(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
