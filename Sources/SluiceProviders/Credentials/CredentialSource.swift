/// Where one credential comes from. Equal sources give the same credential.
public enum CredentialSource: Sendable, Hashable {
    /// It is there, and does not end.
    case fixed(Credential)
    /// There is none, and why.
    case missing(CredentialError)
    /// The endpoint of a container: ECS, EKS Pod Identity.
    case awsContainer(AWSContainerSource)
    /// A token in a file, changed into keys by STS: EKS's roles for service accounts.
    case awsWebIdentity(AWSWebIdentitySource)
    /// The machine's own role: EC2.
    case awsInstance(AWSInstanceSource)
    /// A key file of Google's.
    case googleServiceAccount(GoogleServiceAccount)
    /// What `gcloud auth application-default login` leaves.
    case googleUser(GoogleUser)
    /// The service account of the machine: GCE, GKE, Cloud Run.
    case googleMetadata(GoogleMetadataSource)

    /// A machine that fetches it; `nil` when nothing need be fetched.
    func flow() -> (any CredentialFlow)? {
        switch self {
        case .fixed, .missing: nil
        case .awsContainer(let source): AWSContainerFlow(source)
        case .awsWebIdentity(let source): AWSWebIdentityFlow(source)
        case .awsInstance(let source): AWSInstanceFlow(source)
        case .googleServiceAccount(let account): GoogleServiceAccountFlow(account)
        case .googleUser(let user): GoogleUserFlow(user)
        case .googleMetadata(let source): GoogleMetadataFlow(source)
        }
    }

    /// How long before its end a value is worth replacing, at most. Google's metadata server hands out the same token
    /// until shortly before its end.
    var longestLeadSeconds: Int64 {
        switch self {
        case .googleMetadata: 225
        default: 900
        }
    }
}
