import SluiceCore

/// What stage 1 found out.
struct IdentifiedRequest {
    let surface: Surface
    /// The id in `/v1/models/{id}`.
    let modelID: String?
    let trace: TraceContext?
    let fixedRoute: FixedRoute?
    /// Whether a browser asks whether it may ask.
    let isPreflight: Bool
}
