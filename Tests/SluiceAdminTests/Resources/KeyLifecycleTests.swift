import HTTPTypes
import SluiceCore
import SluiceStores
import SluiceWire
import Testing

@testable import SluiceAdmin

@Suite(.serialized, .timeLimit(.minutes(5)))
struct KeyLifecycleTests {
    @Test("the secret is shown when a key is made and when it is rotated, and never else")
    func secret() async throws {
        try await AdminHarness.run { harness in
            let made = try await harness.call(.post, "/keys", #"{"name":"k"}"#)
            let id = try #require(made["id"]?.stringValue)
            let key = try #require(made["key"]?.stringValue)
            #expect(key.hasPrefix("sk-sl-\(id)-"))
            let rotated = try await harness.call(.post, "/keys/\(id)/rotate", #"{"grace":"1h"}"#)
            #expect(rotated.status == 200)
            #expect(rotated["key"]?.stringValue?.hasPrefix("sk-sl-\(id)-") == true)
            #expect(rotated["key"]?.stringValue != key)
            #expect(rotated["grace_ends_at"]?.stringValue != nil)
            for path in ["/keys", "/keys/\(id)", "/audit"] {
                let answer = try await harness.call(.get, path)
                #expect(!answer.text.contains("secret"), "\(path)")
                #expect(!answer.text.contains("$hash$"), "\(path)")
            }
            let stored = try #require(try await harness.stores.keys.record(KeyID(id), in: .all))
            #expect(stored.hashes(at: harness.clock.now).count == 2)
            #expect(stored.hashes(at: harness.clock.tick(3_600_001)).count == 1)
        }
    }

    @Test("a rotation without grace ends the secret of before at once")
    func abruptRotation() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make("/keys", #"{"name":"k"}"#)
            let rotated = try await harness.call(.post, "/keys/\(id)/rotate")
            #expect(rotated["grace_ends_at"]?.isNull == true)
            let stored = try #require(try await harness.stores.keys.record(KeyID(id), in: .all))
            #expect(stored.hashes(at: harness.clock.now).count == 1)
        }
    }

    @Test("a key is disabled, enabled, revoked; what is revoked stays so")
    func standing() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make("/keys", #"{"name":"k"}"#)
            let disabled = try await harness.call(.post, "/keys/\(id)/disable")
            #expect(disabled["standing"]?.stringValue == "disabled")
            #expect(try await harness.call(.post, "/keys/\(id)/enable")["standing"]?.stringValue == "valid")
            #expect(try await harness.call(.post, "/keys/\(id)/revoke")["standing"]?.stringValue == "revoked")
            // Again is no error: it is as it was asked to be.
            #expect(try await harness.call(.post, "/keys/\(id)/revoke").status == 200)
            for verb in ["enable", "disable", "rotate"] {
                let refused = try await harness.call(.post, "/keys/\(id)/\(verb)")
                #expect(refused.status == 409)
                #expect(refused.code == "key_revoked")
            }
            #expect(try await harness.call(.delete, "/keys/\(id)").status == 204)
            for verb in ["enable", "disable", "rotate", "revoke"] {
                #expect(try await harness.call(.post, "/keys/\(id)/\(verb)").status == 404)
            }
        }
    }

    @Test("an expired key says so")
    func expiry() async throws {
        try await AdminHarness.run { harness in
            let soon = UnixTime(milliseconds: (harness.clock.now.milliseconds / 1000 + 10) * 1000).text
            let id = try await harness.make("/keys", #"{"name":"k","expires_at":"\#(soon)"}"#)
            #expect(try await harness.call(.get, "/keys/\(id)")["standing"]?.stringValue == "valid")
            _ = harness.clock.tick(20_000)
            #expect(try await harness.call(.get, "/keys/\(id)")["standing"]?.stringValue == "expired")
            let late = try await harness.call(.post, "/keys", #"{"name":"k","expires_at":"2020-01-01T00:00:00Z"}"#)
            #expect(late.parameter == "expires_at")
        }
    }

    @Test("every act is in the audit table, with who did it and what, without passwords")
    func audit() async throws {
        try await AdminHarness.run { harness in
            let id = try await harness.make("/keys", #"{"name":"k","tenant_id":"alpha"}"#)
            for verb in ["disable", "enable", "rotate", "revoke"] {
                _ = try await harness.call(.post, "/keys/\(id)/\(verb)", as: AdminHarness.alpha)
            }
            _ = try await harness.call(.delete, "/keys/\(id)", as: AdminHarness.alpha)
            let entries = try await harness.call(.get, "/audit?subject=\(id)", as: AdminHarness.alpha)
            let data = Array(try #require(entries["data"]?.elements))
            #expect(
                data.compactMap { $0["action"]?.stringValue } == [
                    "key.create", "key.disable", "key.enable", "key.rotate", "key.revoke", "key.remove",
                ])
            #expect(data.last?["actor"]?.stringValue == "actor-\(AdminHarness.alpha)")
            #expect(data.last?["source"]?.stringValue == "192.0.2.7")
            #expect(data.last?["request_id"]?.stringValue?.hasPrefix("req-") == true)
            #expect(data.first?["detail"]?["name"]?.stringValue == "k")

            let user = try await harness.make(
                "/users", #"{"email":"a@example.com","password":"correct horse battery"}"#)
            let made = try await harness.call(.get, "/audit?subject=\(user)")
            #expect(made.text.contains("password"))
            #expect(!made.text.contains("correct horse"))
            let shown = try await harness.call(.get, "/users/\(user)")
            #expect(shown["has_password"]?.boolValue == true)
            #expect(!shown.text.contains("$hash$"))
            let stored = try #require(try await harness.stores.users.record(UserID(user), in: .all))
            #expect(
                try await TestPasswords().matches(password: Secret("correct horse battery"), hash: stored.passwordHash))
            let taken = try await harness.call(.patch, "/users/\(user)", #"{"password":null}"#)
            #expect(taken["has_password"]?.boolValue == false)
        }
    }
}
