import SluiceCore

/// Which entries of the model table lead to which others, by aliases and by targets that are models.
///
/// Works without recursion, in time linear in the size of the table, so that no file can make it run away.
struct ModelGraph {
    /// How many entries may stand one below the other.
    static let deepest = 8

    private let successors: [[Int]]
    /// How many entries stand below each; `nil` for those that lead into a circle.
    private let heights: [Int?]

    init(_ models: [ModelConfiguration]) {
        let names = ModelNames(models.map(\.pattern.text))
        successors = models.map { model in
            let targets = model.targets.compactMap { target in
                if case .model(let name) = target.destination { name } else { nil }
            }
            return ((model.alias.map { [$0] } ?? []) + targets).compactMap { names.entry(for: $0) }
        }
        heights = Self.heights(successors)
    }

    /// Takes the leaves away until there are none; what is left leads into a circle.
    private static func heights(_ successors: [[Int]]) -> [Int?] {
        var heights = [Int](repeating: 0, count: successors.count)
        var open = successors.map(\.count)
        var predecessors = [[Int]](repeating: [], count: successors.count)
        for (index, next) in successors.enumerated() {
            for successor in next { predecessors[successor].append(index) }
        }
        var leaves = successors.indices.filter { open[$0] == 0 }
        while let leaf = leaves.popLast() {
            for index in predecessors[leaf] {
                heights[index] = max(heights[index], heights[leaf] + 1)
                open[index] -= 1
                if open[index] == 0 { leaves.append(index) }
            }
        }
        return zip(heights, open).map { $1 == 0 ? $0 : nil }
    }

    /// The circles, each as the entries along it.
    var circles: [[Int]] {
        var result: [[Int]] = []
        var walks = [Int?](repeating: nil, count: successors.count)
        for start in successors.indices where heights[start] == nil && walks[start] == nil {
            var way: [Int] = []
            var here = start
            while walks[here] == nil {
                walks[here] = start
                way.append(here)
                // An entry that leads into a circle leads to another that does.
                guard let next = successors[here].first(where: { heights[$0] == nil }) else { break }
                here = next
            }
            if walks[here] == start, let place = way.firstIndex(of: here) { result.append(Array(way[place...])) }
        }
        return result
    }

    /// The entries at which the table becomes too deep.
    var tooDeep: [Int] { heights.indices.filter { heights[$0] == Self.deepest } }
}

extension DocumentDecoder {
    /// Reports models that lead back to themselves, and those that are nested too deeply.
    mutating func checkNesting(_ models: [ModelConfiguration], _ section: Section) {
        let graph = ModelGraph(models)
        func place(_ index: Int) -> (path: ConfigurationPath, location: SourceLocation?) {
            let name = models[index].pattern.text
            return (section.path.key(name), section.node?.entries?.first { $0.key == name }?.keyLocation)
        }
        for circle in graph.circles {
            guard let first = circle.first else { continue }
            // A long way round is shown by its beginning.
            let names = circle.prefix(10).map { FoundText.sanitized(models[$0].pattern.text) }
            let end = circle.count > names.count ? "…" : names[0]
            problems.error(
                "leads back to itself: \((names + [end]).joined(separator: " -> "))", at: place(first).path,
                place(first).location)
        }
        for index in graph.tooDeep {
            problems.error(
                "models are nested more than \(ModelGraph.deepest) deep from here", at: place(index).path,
                place(index).location)
        }
    }
}
