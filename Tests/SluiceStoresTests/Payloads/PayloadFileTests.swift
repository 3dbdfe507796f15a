import FoundationEssentials
import SluiceCore
import Testing

@testable import SluiceStores

@Suite("The file of payloads")
struct PayloadFileTests {
    private func withFile(_ body: (PayloadFile, String) throws -> Void) throws {
        let folder = LedgerSamples.folder() + "/payloads"
        defer { LedgerSamples.remove(folder) }
        let file = try PayloadFile(folder: folder)
        try body(file, folder)
        file.close()
    }

    @Test("a payload comes back as it was written, also from a file that was closed")
    func roundTrip() throws {
        try self.withFile { (file: PayloadFile, folder: String) throws in
            var payload = PayloadSamples.payload("r1")
            payload.model = nil
            payload.request.bytes = [0, 255, 10]
            payload.answer = PayloadBody()
            #expect(try file.write([payload, PayloadSamples.payload("r2")], limitBytes: 1 << 30) == 0)
            #expect(try file.payloads(requestID: "r1", in: .all) == [payload])
            file.close()
            let again = try PayloadFile(folder: folder)
            #expect(try again.payloads(requestID: "r1", in: .all) == [payload])
            #expect(try again.payloads(requestID: "none", in: .all).isEmpty)
            again.close()
        }
    }

    @Test("folder and file are the owner's alone")
    func modes() throws {
        try self.withFile { (_: PayloadFile, folder: String) throws in
            let manager = FileManager.default
            func mode(_ path: String) throws -> Int? {
                try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(folder) == 0o700)
            for name in try manager.contentsOfDirectory(atPath: folder) {
                #expect(try mode("\(folder)/\(name)") == 0o600, "\(name)")
            }
        }
    }

    @Test("a tenant finds its own alone, the newest first, and deletes no other's")
    func scope() throws {
        try self.withFile { (file: PayloadFile, _: String) throws in
            let payloads = [
                PayloadSamples.payload("r", tenant: "a"), PayloadSamples.payload("r", tenant: "b"),
                PayloadSamples.payload("r", tenant: nil), PayloadSamples.payload("r", tenant: "a", secondsLater: 1),
            ]
            _ = try file.write(payloads, limitBytes: 1 << 30)
            #expect(try file.payloads(requestID: "r", in: .tenant(TenantID("a"))) == [payloads[3], payloads[0]])
            #expect(try file.payloads(requestID: "r", in: .tenant(TenantID("c"))).isEmpty)
            #expect(try file.delete(requestID: "r", in: .tenant(TenantID("c"))) == 0)
            #expect(try file.delete(requestID: "r", in: .tenant(TenantID("a"))) == 2)
            #expect(try file.payloads(requestID: "r", in: .all).count == 2)
        }
    }

    @Test("what was deleted is in no file any more")
    func erasure() throws {
        try self.withFile { (file: PayloadFile, folder: String) throws in
            var payload = PayloadSamples.payload("r1")
            payload.request.bytes = Array("a very private sentence of the request".utf8)
            _ = try file.write([payload, PayloadSamples.payload("r2")], limitBytes: 1 << 30)
            func holds() throws -> Bool {
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                    let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                    if bytes.firstRange(of: Data("very private sentence".utf8)) != nil { return true }
                }
                return false
            }
            #expect(try holds())
            #expect(try file.delete(requestID: "r1", in: .all) == 1)
            #expect(try !holds())
            #expect(try file.payloads(requestID: "r2", in: .all).count == 1)
        }
    }

    @Test("those before a moment go, and the file becomes shorter")
    func retention() throws {
        try self.withFile { (file: PayloadFile, _: String) throws in
            let payloads = (0..<200).map { PayloadSamples.payload("r\($0)", secondsLater: Int64($0), bytes: 10_000) }
            _ = try file.write(payloads, limitBytes: 1 << 30)
            let before = try file.usedBytes()
            var deleted = 0
            while case let count = try file.retire(before: PayloadSamples.start + 150 * 1_000_000_000), count > 0 {
                deleted += count
            }
            #expect(deleted == 150)
            #expect(try file.payloads(requestID: "r149", in: .all).isEmpty)
            #expect(try file.payloads(requestID: "r150", in: .all).count == 1)
            #expect(try file.usedBytes() < before / 3)
        }
    }

    @Test("the oldest make room, and what is used stays below the limit")
    func limit() throws {
        try self.withFile { (file: PayloadFile, _: String) throws in
            let limit: Int64 = 1 << 20
            var displaced = 0
            for index in 0..<100 {
                displaced += try file.write([PayloadSamples.payload("r\(index)", bytes: 20_000)], limitBytes: limit)
                #expect(try file.usedBytes() <= limit)
            }
            #expect(displaced > 50 && displaced < 90)
            #expect(try file.payloads(requestID: "r0", in: .all).isEmpty)
            #expect(try file.payloads(requestID: "r99", in: .all).count == 1)
        }
    }

    @Test("names with a zero byte are kept, with another character in its place")
    func zeroByte() throws {
        try self.withFile { (file: PayloadFile, _: String) throws in
            var payload = PayloadSamples.payload("r1")
            payload.model = "a\u{0}b"
            _ = try file.write([payload], limitBytes: 1 << 30)
            #expect(try file.payloads(requestID: "r1", in: .all).first?.model == "a\u{FFFD}b")
        }
    }

    @Test("what is no file of payloads is refused")
    func foreign() throws {
        let folder = LedgerSamples.folder()
        defer { LedgerSamples.remove(folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: "\(folder)/payloads.db"))
        #expect(throws: StoreError.self) { try PayloadFile(folder: folder) }
    }
}
