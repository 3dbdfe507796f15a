import SluiceCore

/// Where Google's tokens come from: the first source that is there.
///
/// Order: the configuration's service account, what `gcloud` left, the machine's own service account.
/// Source: Google Cloud, "How Application Default Credentials works" (read 2026-11).
enum GoogleCredentialChain {
    /// The source, and the project that it belongs to, where it says so.
    static func source(_ settings: CredentialSettings) -> (source: CredentialSource, projectID: String?) {
        do throws(CredentialError) {
            if let account = settings.serviceAccount {
                let file = try GoogleCredentialFile(Array(account.expose().utf8))
                return (file.source, file.projectID)
            }
            let folder = settings.variable("CLOUDSDK_CONFIG") ?? "~/.config/gcloud"
            if let bytes = settings.readFile(settings.path("\(folder)/application_default_credentials.json")) {
                let file = try GoogleCredentialFile(bytes)
                return (file.source, file.projectID)
            }
        } catch {
            return (.missing(error), nil)
        }
        let host = settings.variable("GCE_METADATA_HOST") ?? "metadata.google.internal"
        guard let source = GoogleMetadataSource(host) else {
            return (.missing(CredentialError("GCE_METADATA_HOST is no host")), nil)
        }
        return (.googleMetadata(source), nil)
    }
}
