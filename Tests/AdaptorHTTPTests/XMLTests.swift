import AdaptorCore
import Testing

@testable import AdaptorHTTP

@Suite struct XMLTests {
  private static let documents: [(String, JSON)] = [
    ("<a/>", ["a": ""]), ("<a>text</a>", ["a": "text"]), ("<a> </a>", ["a": " "]),
    ("<a><b>1</b><c/><b>2</b></a>", ["a": ["b": ["1", "2"], "c": ""]]),
    ("<a k=\"v\" l=\"\"/>", ["a": ["@k": "v", "@l": ""]]),
    ("<a k=\"1\">x<b/>y</a>", ["a": ["@k": "1", "b": "", "#text": "xy"]]),
    ("<a>\n  <b>1</b>\n</a>", ["a": ["b": "1"]]),
    ("<n:a xmlns:n=\"urn:x\"><n:b/></n:a>", ["n:a": ["@xmlns:n": "urn:x", "n:b": ""]]),
    ("<a>&lt;&amp;&#233;&#x1F642;</a>", ["a": "<&é🙂"]),
    ("<a><![CDATA[<b>]]></a>", ["a": "<b>"]),
    ("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<!-- c --><?p i?><a>é</a>", ["a": "é"]),
    ("<!DOCTYPE html><a/>", ["a": ""]),
  ]

  @Test(arguments: documents) func reading(text: String, value: JSON) throws {
    #expect(try XMLParser.parse(text) == value)
  }

  @Test(arguments: documents) func whatIsWrittenIsReadBack(text: String, value: JSON) throws {
    #expect(try XMLParser.parse(try XMLWriter.write(value)) == value)
  }

  @Test func valuesThatAreNoText() throws {
    let value: JSON = ["r": ["n": [1, 2.5, true, .null], "@q": "\"\n", "t": "a\r<b>&"]]
    #expect(
      try XMLWriter.write(value)
        == "<r q=\"&quot;&#10;\"><n>1</n><n>2.5</n><n>true</n><n/><t>a&#13;&lt;b&gt;&amp;</t></r>")
  }

  @Test(arguments: [
    "", "text", "<a>", "<a></b>", "<a/><b/>", "<a b/>", "<a b='1' b='2'/>", "<a>&nope;</a>",
    "<!DOCTYPE a [<!ENTITY x \"1\">]><a>&x;</a>",
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
  ])
  func whatIsNoXMLIsRefused(text: String) {
    let error = #expect(throws: AdaptorError.self) { try XMLParser.parse(text) }
    #expect(error?.code == .malformedXML)
    #expect(error?.message.hasPrefix("the text is not XML: ") == true)
  }

  @Test func entitiesOfEntitiesDoNotGrow() {
    var text = "<!DOCTYPE a [<!ENTITY e0 \"x\">"
    for n in 1...30 { text += "<!ENTITY e\(n) \"&e\(n - 1);&e\(n - 1);\">" }
    let error = #expect(throws: AdaptorError.self) {
      try XMLParser.parse(text + "]><a b=\"&e30;\">&e30;</a>")
    }
    #expect(error?.code == .malformedXML)
  }

  @Test(arguments: [
    [] as JSON, "a", [:], ["a": 1, "b": 2], ["1a": ""], ["a b": ""], ["nº": ""], ["m²": ""],
    ["a": ["@x": []]],
    ["a": ["b": [[]]]], ["a": "\u{1}"], ["a": ["@": "x"]],
  ])
  func whatHasNoPlaceInXMLIsRefused(value: JSON) {
    let error = #expect(throws: AdaptorError.self) { try XMLWriter.write(value) }
    #expect(error?.code == .malformedXML)
  }

  @Test func manyChildrenTakeLinearTime() throws {
    let text = "<a>" + String(repeating: "<b>1</b>", count: 50_000) + "</a>"
    #expect(try XMLParser.parse(text)["a"]["b"].elements.count == 50_000)
  }
}
