import SluiceCore
import SluiceWire

/// The built-in mock model, which has every surface of every vendor at its vendor's path.
///
/// With a dialect it serves that one alone, so that clients of all others are converted.
enum MockRow {
    static let row = Self.row(nil)

    static func row(_ dialect: MockDialect?) -> CatalogRow {
        CatalogRow("mock", nil, Self.surfaces(dialect)) {
            $0.dialect = dialect?.dialect ?? .openAIChat
            $0.optionalBasePath = "/v1"
            $0.key = .none
            $0.paths = Self.paths
            $0.defaultHeaders = AnthropicRow.row.defaultHeaders
            $0.forwardedHeaders = AnthropicRow.row.forwardedHeaders
            $0.commonHeaders = ["x-mock-*"]
            $0.patterns = ["mock", "mock-*"]
        }
    }

    private static func surfaces(_ dialect: MockDialect?) -> Set<Surface> {
        guard let dialect else {
            return Set(Surface.allCases.filter { $0.isModelSurface && $0.isClientSurface } + [.models])
        }
        return Set(Surface.allCases.filter { Self.serves($0, dialect) } + [.models])
    }

    private static func serves(_ surface: Surface, _ dialect: MockDialect) -> Bool {
        guard surface.isModelSurface else { return false }
        return switch dialect {
        // Legacy completions are a dialect of their own, and the same vendor's.
        case .openAI: surface.dialect.family == .openAIChat
        case .openAIResponses: surface.dialect == .openAIResponses
        default: surface.dialect.family == dialect.dialect
        }
    }

    private static let paths: [Surface: String] = {
        var paths = Dictionary(uniqueKeysWithValues: Surface.allCases.map { ($0, $0.route) })
        paths[.streamGenerateContent] = Surface.streamGenerateContent.route + "?alt=sse"
        return paths
    }()
}
