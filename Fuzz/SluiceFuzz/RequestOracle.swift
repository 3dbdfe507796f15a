import SluiceWire

/// A request that the scan accepts stays acceptable when it is spliced, and changes only where it should.
enum RequestOracle {
    static func check(_ input: [UInt8]) -> String? {
        let scan: OpenAIRequestScan
        do throws(OpenAIRequestError) {
            scan = try OpenAIRequestScan.scan(input.span)
        } catch {
            return (0...input.count).contains(error.offset ?? 0) ? nil : "an error lies outside the body"
        }
        var splice = JSONSplice(of: input.span, members: scan.members)
        splice.replaceValue(at: scan.modelIndex, with: Array("\"other\"".utf8))
        guard splice.setMember("include_usage", ofObject: "stream_options", to: Array("true".utf8), in: input.span)
        else {
            return "stream_options was accepted and cannot be set"
        }
        let edited = splice.apply(to: input.span)
        guard edited.count == splice.editedCount else { return "the edited count is wrong" }
        let again: OpenAIRequestScan
        do throws(OpenAIRequestError) {
            again = try OpenAIRequestScan.scan(edited.span)
        } catch {
            return "a spliced request is refused: \(error)"
        }
        guard again.model == "other", again.includeUsage == true, again.isStreaming == scan.isStreaming,
            again.maxTokens == scan.maxTokens
        else { return "a spliced request reads differently" }
        for (index, member) in scan.members.enumerated()
        where index != scan.modelIndex && index != scan.streamOptionsIndex {
            let same = input[member.value].elementsEqual(edited[again.members[index].value])
            if !same { return "the splice touched another member" }
        }
        return checkRemoval(input, scan)
    }

    /// Every member can be removed, alone and with all others.
    private static func checkRemoval(_ input: [UInt8], _ scan: OpenAIRequestScan) -> String? {
        var all = JSONSplice(of: input.span, members: scan.members)
        for index in scan.members.indices {
            all.removeMember(at: index)
            var one = JSONSplice(of: input.span, members: scan.members)
            one.removeMember(at: index)
            one.insertMember("added", value: Array("[1]".utf8))
            let edited = one.apply(to: input.span)
            var members: [JSONMember] = []
            do throws(JSONError) {
                try JSONScanner.scanObject(edited.span, into: &members)
            } catch {
                return "without member \(index): \(error)"
            }
            let kept = scan.members.enumerated().filter { $0.offset != index }.map { Array(input[$0.element.value]) }
            let found = members.dropLast().map { Array(edited[$0.value]) }
            if kept != Array(found) { return "removing member \(index) changed others" }
        }
        let empty = all.apply(to: input.span)
        var members: [JSONMember] = []
        do throws(JSONError) { try JSONScanner.scanObject(empty.span, into: &members) } catch { return "\(error)" }
        return members.isEmpty ? nil : "removing all members leaves some"
    }
}
