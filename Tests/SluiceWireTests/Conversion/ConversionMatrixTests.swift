import Glibc
import SluiceWire
import Testing

/// Writes `docs/conversion-matrix.md` from what the conversions do, and fails when the page says something else.
@Suite("The conversion matrix")
struct ConversionMatrixTests {
    private struct Cell {
        var carried = 0
        var adapted: Set<String> = []
        var dropped: Set<String> = []
        var refused: Set<String> = []
    }

    @Test("the page says what the conversions do; SLUICE_RECORD=1 writes it")
    func page() throws {
        let text = Array(self.render().utf8)
        let path = "../../../docs/conversion-matrix.md"
        if getenv("SLUICE_RECORD") != nil { #expect(Fixture.write(text, to: path)) }
        #expect(
            Fixture.bytes(path) == text, "docs/conversion-matrix.md is out of date: run the tests with SLUICE_RECORD=1")
    }

    private func cell(_ client: Dialect, _ target: (dialect: Dialect, kind: String, model: String)) -> Cell {
        var cell = Cell()
        for each in Corpus.cases where each.dialect == client {
            guard let bytes = each.request, let request = try? Corpus.read(bytes, as: client) else { continue }
            var writing = Corpus.writing(target)
            do throws(ConversionError) {
                _ = try Corpus.codec(target.dialect).writeRequest(request, &writing)
                cell.carried += 1
            } catch {
                cell.refused.insert(Self.general(error.field ?? "?"))
            }
            for loss in writing.losses.all {
                if loss.kind == .adapted { cell.adapted.insert(Self.general(loss.field)) }
                if loss.kind == .dropped { cell.dropped.insert(Self.general(loss.field)) }
            }
        }
        return cell
    }

    /// A field's path without the numbers of its elements.
    private static func general(_ field: String) -> String {
        var result = ""
        var isInside = false
        for character in field {
            if character == "[" {
                isInside = true
                result += "[]"
            } else if character == "]" {
                isInside = false
            } else if !isInside {
                result.append(character)
            }
        }
        return result
    }

    private func render() -> String {
        var text = """
            # What each pair of dialects carries

            Written by the tests from the requests of `Tests/SluiceWireTests/Fixtures/dialects`, read in the client's dialect
            (rows) and written in the target's (columns), with the capabilities of the model that stands there. Do not edit:
            `SLUICE_RECORD=1 swift test --filter ConversionMatrixTests` writes it anew.

            A number counts the requests that are carried. Same dialect: the body is not converted at all, only its `model` is
            replaced; the number shows that the reader and the writer agree. Below, for each pair, what is said in another way
            (*adapted*), left out (*dropped*) and refused with status 400 (*refused*). All of them are named to the client.


            """
        text += "| client \\ target |" + Corpus.targets.map { " \($0.dialect.rawValue) |" }.joined() + "\n"
        text += "|---|" + Corpus.targets.map { _ in "---|" }.joined() + "\n"
        text += "| *model* |" + Corpus.targets.map { " `\($0.model)` |" }.joined() + "\n"
        var details = ""
        for client in Corpus.clients {
            text += "| \(client.rawValue) |"
            details += "\n## From \(client.rawValue)\n\n| to | adapted | dropped | refused |\n|---|---|---|---|\n"
            let count = Corpus.cases.count { $0.dialect == client && $0.request != nil }
            for target in Corpus.targets {
                let cell = self.cell(client, target)
                text += " \(cell.carried) of \(count) |"
                guard target.dialect != client else { continue }
                let columns = [cell.adapted, cell.dropped, cell.refused].map { names in
                    names.isEmpty ? "-" : names.sorted().map { "`\($0)`" }.joined(separator: ", ")
                }
                details += "| \(target.dialect.rawValue) | \(columns.joined(separator: " | ")) |\n"
            }
            text += "\n"
        }
        return text + details
    }
}
