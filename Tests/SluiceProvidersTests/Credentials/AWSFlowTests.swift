import SluiceCore
import Testing

@testable import SluiceProviders

@Suite("Fetching AWS's keys")
struct AWSFlowTests {
    private static let keys = #"""
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA1","SecretAccessKey":"s/1+","Token":"t==",
        "Expiration":"2027-01-15T08:00:00Z"}
        """#
    private static let expected = ExpiringCredential(
        .aws(AWSCredentials(accessKeyID: "ASIA1", secretAccessKey: Secret("s/1+"), sessionToken: Secret("t=="))),
        expiresAt: 1_800_000_000
    )

    private static func url(_ text: String) throws -> CredentialURL { try #require(CredentialURL(text)) }

    @Test("an instance: a token, the role, its keys")
    func instance() throws {
        let source = try CredentialSource.awsInstance(AWSInstanceSource(Self.url("http://169.254.169.254")))
        var driver = try FlowDriver(source)
        let credential = try driver.run([.ok("TOKEN"), .ok("my-role\n"), .ok(Self.keys)])
        #expect(credential == Self.expected)
        #expect(driver.asked.map(\.method) == ["PUT", "GET", "GET"])
        #expect(
            driver.asked.map(\.url.description) == [
                "http://169.254.169.254/latest/api/token",
                "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
                "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role",
            ])
        #expect(driver.asked[0].header("x-aws-ec2-metadata-token-ttl-seconds") == "21600")
        #expect(driver.asked[2].header("x-aws-ec2-metadata-token") == "TOKEN")
        #expect(!driver.asked.contains { !$0.url.isLocal })
    }

    @Test(
        "what goes wrong at an instance",
        arguments: [
            ([nil], "the instance's metadata service did not answer in time"),
            (
                [.status(403, "no")],
                "the instance's metadata service answered with status 403 and gave no session token"
            ),
            ([.ok("a\r\nb: c")], "one more was asked"),
            ([.ok("T"), .status(404, "")], "the instance has no role"),
            ([.ok("T"), .ok("")], "the instance's metadata service gave no role"),
            ([.ok("T"), .ok("r"), .ok("<html>")], "the answer of the instance's metadata service is no JSON object"),
            (
                [.ok("T"), .ok("r"), .ok(#"{"Code":"Failed"}"#)],
                "the instance's metadata service answered without keys"
            ),
            (
                [.ok("T"), .ok("r"), .ok(#"{"AccessKeyId":"a"}"#)],
                "the answer of the instance's metadata service has no SecretAccessKey"
            ),
            (
                [.ok("T"), .ok("r"), .ok(#"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"soon"}"#)],
                "the answer of the instance's metadata service has no readable Expiration"
            ),
        ] as [([CredentialAnswer?], String)])
    func instanceFailures(answers: [CredentialAnswer?], message: String) throws {
        let source = try CredentialSource.awsInstance(AWSInstanceSource(Self.url("http://169.254.169.254")))
        var driver = try FlowDriver(source)
        let error = #expect(throws: CredentialError.self) { try driver.run(answers) }
        #expect(error?.message == message)
    }

    @Test("a container: its endpoint, with the token of the environment or of a file")
    func container() throws {
        let url = try Self.url("http://169.254.170.2/v2/credentials/x?y=1")
        var plain = try FlowDriver(.awsContainer(AWSContainerSource(url: url)))
        #expect(try plain.run([.ok(Self.keys)]) == Self.expected)
        #expect(plain.asked.first?.header("authorization") == nil)
        #expect(plain.asked.first?.url.target == "/v2/credentials/x?y=1")

        var token = try FlowDriver(.awsContainer(AWSContainerSource(url: url, token: "Basic abc")))
        _ = try token.run([.ok(Self.keys)])
        #expect(token.asked.first?.header("authorization") == "Basic abc")

        let source = CredentialSource.awsContainer(AWSContainerSource(url: url, tokenFile: "/token", token: "not this"))
        var file = try FlowDriver(source, files: ["/token": " abc\n"])
        _ = try file.run([.ok(Self.keys)])
        #expect(file.asked.first?.header("authorization") == "abc")
        #expect(file.read == ["/token"])

        for content in [nil, "", "a\nb"] {
            var driver = try FlowDriver(source, files: content.map { ["/token": $0] } ?? [:])
            let error = #expect(throws: CredentialError.self) { try driver.run([]) }
            #expect(error?.message == "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read")
        }
    }

    private static let sts = """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>
          <SecretAccessKey>s/1+</SecretAccessKey><SessionToken>t==</SessionToken>
          <Expiration>2027-01-15T08:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>
        """

    @Test("a web identity: its token goes to the region's STS as a form")
    func webIdentity() throws {
        let source = AWSWebIdentitySource(
            tokenFile: "/var/token", roleARN: "arn:aws:iam::1:role/a b", sessionName: "s", region: "eu-west-1")
        var driver = try FlowDriver(.awsWebIdentity(source), files: ["/var/token": "eyJ.a.b\n"])
        #expect(try driver.run([.ok(Self.sts)]) == Self.expected)
        let request = try #require(driver.asked.first)
        #expect(request.method == "POST")
        #expect(request.url.description == "https://sts.eu-west-1.amazonaws.com/")
        #expect(!request.url.isLocal)
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
        #expect(
            request.text
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b"
                + "&RoleSessionName=s&WebIdentityToken=eyJ.a.b")
    }

    @Test(
        "a refusal of STS is told by its code alone",
        arguments: [
            (
                .status(403, "<E><Error><Code>InvalidIdentityToken</Code><Message>secret</Message></Error></E>"),
                "STS answered with status 403 (InvalidIdentityToken)"
            ),
            (.status(500, ""), "STS answered with status 500"), (.status(200, "<a>"), "the answer of STS has no keys"),
            (.status(200, "<AccessKeyId>&lt;</AccessKeyId>"), "the answer of STS has no keys"),
            (nil, "STS did not answer in time"),
        ] as [(CredentialAnswer?, String)])
    func refused(answer: CredentialAnswer?, message: String) throws {
        let source = AWSWebIdentitySource(tokenFile: "f", roleARN: "r", sessionName: "s")
        var driver = try FlowDriver(.awsWebIdentity(source), files: ["f": "t"])
        let error = #expect(throws: CredentialError.self) { try driver.run([answer]) }
        #expect(error?.message == message)
        #expect(driver.asked.first?.url.host == "sts.amazonaws.com")
    }

    @Test("answers that are cut anywhere end in an error, not in a trap")
    func cut() throws {
        for text in [Self.keys, Self.sts] {
            for count in 0..<text.utf8.count {
                let answer = CredentialAnswer(status: 200, body: Array(text.utf8.prefix(count)))
                _ = AWSKeysAnswer.step(answer, from: "x")
                var flow: any CredentialFlow = AWSWebIdentityFlow(
                    AWSWebIdentitySource(tokenFile: "f", roleARN: "r", sessionName: "s"))
                _ = flow.next(.answer(answer), now: 0)
            }
        }
    }
}
