import SluiceCore

/// Label values that follow from the surface, numbered so that two surfaces with one value share one series.
struct SurfaceLabels {
    /// The distinct values.
    let texts: [String]
    /// For each surface's raw value the index in ``texts``.
    private let numbers: [UInt8]

    private init(_ text: (Surface) -> String) {
        var texts: [String] = []
        var numbers = Array(repeating: UInt8(0), count: Int(UInt8.max) + 1)
        for surface in Surface.allCases {
            let value = text(surface)
            let number = texts.firstIndex(of: value) ?? texts.count
            if number == texts.count { texts.append(value) }
            numbers[Int(surface.rawValue)] = UInt8(truncatingIfNeeded: number)
        }
        self.texts = texts
        self.numbers = numbers
    }

    func number(of surface: Surface) -> UInt8 {
        self.numbers[Int(surface.rawValue)]
    }

    /// The `path` label: the route, never what the client typed.
    static let routes = SurfaceLabels { $0.route }

    /// The `gen_ai_operation_name` label.
    ///
    /// Source: OpenTelemetry semantic conventions for generative AI metrics (read 2026-11). What they have no word for keeps
    /// the surface's own name, as they allow.
    static let operations = SurfaceLabels { surface in
        switch surface {
        case .chat, .responses: "chat"
        case .completions: "text_completion"
        case .embeddings: "embeddings"
        default: surface.name
        }
    }
}
