import SluiceCore

/// What stage 1 found out.
struct IdentifiedRequest {
    let surface: Surface
    /// The model in the path: of `/v1/models/{id}`, and of surfaces that name the model there.
    let modelID: String?
    let trace: TraceContext?
    /// The rule of the route table that the request matches.
    let route: Int?
    /// Whether a browser asks whether it may ask.
    let isPreflight: Bool
}
