import Hummingbird

enum AdminPlaceholder { static let router = Router<BasicRequestContext>.self }
