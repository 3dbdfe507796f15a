import SluiceCore
import Testing

@Suite("GatewayError and Surface")
struct GatewayErrorTests {
    @Test("every kind has its own code and a status of an error", arguments: GatewayError.Kind.allCases)
    func kinds(kind: GatewayError.Kind) {
        let error = GatewayError(kind, "words")
        #expect((400...599).contains(error.status))
        #expect(error.description == "\(kind.rawValue): words")
    }

    @Test(
        "statuses that clients rely on",
        arguments: [
            (GatewayError.Kind.malformedJSON, 400), (.missingModel, 400), (.unauthenticated, 401),
            (.modelNotAllowed, 403), (.priceUnknown, 403), (.surfaceNotAllowed, 403),
            (.networkNotAllowed, 403), (.tooManyFailedAttempts, 429), (.authenticationUnavailable, 503),
            (.modelNotFound, 404), (.methodNotAllowed, 405), (.bodyTooLarge, 413), (.unsupportedMediaType, 415),
            (.headTooLarge, 431), (.clientClosed, 499), (.upstreamBroke, 502), (.upstreamCredentials, 502),
            (.overloaded, 503),
            (.upstreamTimeout, 504),
        ])
    func statuses(kind: GatewayError.Kind, status: Int) {
        #expect(GatewayError(kind, "").status == status)
    }

    @Test(
        "every surface has a route of its own, and model surfaces and accounts take POST", arguments: Surface.allCases)
    func surfaces(surface: Surface) {
        #expect(Surface.allCases.count { $0.route == surface.route } == 1)
        let takesPost = surface.isModelSurface || surface == .register || surface == .accountKeys
        #expect(surface.allowedMethods == (takesPost ? "POST" : "GET, HEAD"))
        #expect(surface.isModelSurface == (surface.body != .none))
    }
}
