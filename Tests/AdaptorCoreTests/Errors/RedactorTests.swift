import Testing

@testable import AdaptorCore

struct RedactorTests {
  private func redactor(_ configurations: JSON...) -> Redactor {
    var redactor = Redactor()
    for configuration in configurations { redactor.add(configuration: configuration) }
    return redactor
  }

  @Test(
    "Names of secrets",
    arguments: [
      "password", "PASSWORD", "dbPassword", "db_password", "passwd", "passphrase", "secret",
      "clientSecret", "token", "access_token", "refreshToken", "apiKey", "api_key", "API-KEY",
      "privateKey", "private_key_id", "Authorization", "credentials", "pat", "PAT", "key", "_key1",
    ])
  func secretNames(name: String) {
    #expect(Redactor.isSecretName(name))
    #expect(redactor([name: "hunter22"]).redact("a hunter22 b") == "a **** b")
  }

  @Test(
    "Names of what may be shown",
    arguments: [
      "username", "path", "patient", "keys", "keyboard", "baseUrl", "host", "compass", "",
    ])
  func otherNames(name: String) {
    #expect(!Redactor.isSecretName(name))
    #expect(redactor([name: "hunter22"]).redact("a hunter22 b") == "a hunter22 b")
  }

  @Test(
    "A secret in Base64, by itself and before more",
    arguments: ["hunter22secret", "hunter22secret:", "hunter22secret:and more"])
  func base64(text: String) {
    let encoded = Base64.encode(Array(text.utf8))
    let shown = redactor(["password": "hunter22secret"]).redact("Basic \(encoded)")
    #expect(!shown.contains("aHVudGVyMjJz"))
    #expect(shown.hasPrefix("Basic ****"))
  }

  @Test("Nothing is hidden before a configuration is added, nor by one without secrets")
  func empty() {
    #expect(Redactor().redact("password") == "password")
    for configuration in [.null, [], "hunter22", ["host": "hunter22"]] as [JSON] {
      #expect(redactor(configuration).redact("hunter22") == "hunter22")
    }
  }

  @Test("Secrets at any depth, and everything below a secret name")
  func nested() {
    let redactor = redactor([
      "hosts": [["name": "public", "auth": ["password": "hunter22"]]],
      "credentials": ["user": "someone", "list": ["first-one", ["second-one"]]],
    ])
    #expect(
      redactor.redact("public hunter22 someone first-one second-one")
        == "public **** **** **** ****")
  }

  @Test("Every occurrence")
  func occurrences() {
    let redactor = redactor(["password": "abab"])
    #expect(redactor.redact("abab abababab ababab aba") == "**** ******** ****ab aba")
    #expect(redactor.redact("abab") == "****")
    #expect(redactor.redact("") == "")
  }

  @Test("Short values are left alone")
  func short() {
    #expect(redactor(["password": "abc"]).redact("abc abcd") == "abc abcd")
    #expect(redactor(["password": ""]).redact("abc") == "abc")
    #expect(redactor(["password": "abcd"]).redact("abc abcd") == "abc ****")
    // Four bytes of UTF-8 are enough.
    #expect(redactor(["password": "éé"]).redact("ééé") == "****é")
  }

  @Test("A secret that contains another is replaced whole", arguments: [false, true])
  func longestFirst(isReversed: Bool) {
    let configurations: [JSON] = [["password": "hunter"], ["token": "hunter-and-more"]]
    var redactor = Redactor()
    for configuration in isReversed ? configurations.reversed() : configurations {
      redactor.add(configuration: configuration)
    }
    #expect(redactor.redact("hunter-and-more hunter-and") == "**** ****-and")
  }

  @Test("Percent-encoded, JSON-escaped and both by themselves")
  func encodings() {
    let redactor = redactor(["password": "p/ss \"wörd\"\n\\"])
    #expect(redactor.redact("<p/ss \"wörd\"\n\\>") == "<****>")
    #expect(redactor.redact("?p=p%2Fss%20%22w%C3%B6rd%22%0A%5C&x") == "?p=****&x")
    #expect(redactor.redact(#"{"p":"p/ss \"wörd\"\n\\"}"#) == #"{"p":"****"}"#)
  }

  @Test("Basic credentials, also percent-encoded and below the top")
  func basic() {
    let flat = redactor(["username": "Aladdin", "password": "open sesame"])
    #expect(
      flat.redact("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==, Aladdin:open sesame")
        == "Basic ****, Aladdin:****")
    #expect(flat.redact("a=QWxhZGRpbjpvcGVuIHNlc2FtZQ%3D%3D&") == "a=****&")
    let nested = redactor(["api": [["username": "Aladdin", "password": "open sesame"]]])
    #expect(nested.redact("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "Basic ****")
  }

  @Test("Neighbouring characters do not hide a secret")
  func combiningCharacters() {
    let redactor = redactor(["password": "hunter22"])
    #expect(redactor.redact("hunter22\u{301}") == "****\u{301}")
    #expect(redactor.redact("x\u{200D}hunter22\u{FE0F}") == "x\u{200D}****\u{FE0F}")
    #expect(redactor.redact("é😀hunter22é😀") == "é😀****é😀")
  }

  @Test("Strings inside a value")
  func values() {
    let redactor = redactor(["password": "hunter22"])
    let value: JSON = ["a": ["hunter22", 1, .null, ["b": "x hunter22"]], "password": "hunter22"]
    #expect(
      redactor.redact(value).text() == #"{"a":["****",1,null,{"b":"x ****"}],"password":"****"}"#)
    #expect(Redactor().redact(value) == value)
  }

  @Test("Message and details of an error; code and trail stay")
  func errors() {
    let error = AdaptorError(
      .init("http"), "cannot reach https://u:hunter22@host", details: ["url": ["hunter22"]]
    ).within("get")
    let safe = redactor(["password": "hunter22"]).redact(error)
    #expect(safe.description == "get: cannot reach https://u:****@host")
    #expect(safe.details == ["url": ["****"]])
    #expect(safe.code == .init("http"))
  }
}
