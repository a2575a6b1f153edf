/// Pieces of source text that something in the compiler is about.
enum SourceToken {
  static let all = punctuation + words + lazy + modules + characters

  private static let punctuation = [
    "(", ")", "[", "]", "{", "}", "'", "\"", "`", "${", "/", "/*", "*/", "//", "<!--", "-->", "#!",
    "=>", "...", "?.", "?", ":", ";", ",", "=", "+", "-", "++", "!", "@", "#x", "\\", "\n",
  ]
  private static let words = [
    "await ", "yield ", "async ", "function*g(){", "class A{static{", "for await(", "of ", "in ",
    "new ", "typeof ", "delete ", "super.", "super(", "this", "arguments", "new.target", "enum ",
    "let ", "var ", "return ", "with(", "0n", "1_0", "08", "/(?<a>x)\\k<a>/v", "label:", "break ",
    "get ", "static ", "async()=>", "state=>", "debugger;", "throw ", "try{", "}catch{", "eval",
  ]
  private static let lazy = [
    "$", "$.a", "$.data.b", "$[0]", "...$.a", ".then(", ".catch(", ".finally(", ".then(f)", "state",
    "f($.x)", "fn(", "each(", "get('/a', $.b)", "__job", "__job1", "_.map($.a,", "Object.keys($)",
    "$`a`", "($.a)", "{a:$.b}", "x=$.a", "{$}", "\\u0024.a", "\\u{5f}_job", "toArray($.a)",
  ]
  private static let modules = [
    "import x from 'y';", "import*as x from '@openfn/language-common';", "import{a as b}from 'c';",
    "import 'x';", "import(", "import.meta", "export ", "export default ", "export*from 'x';",
    "export*as a from 'b';", "export{a};", "export{a as 'b c'};", "export const a=1;",
    "export default[", "export default async function", "import{'a-b' as c}from 'd';",
    "import a from'\u{2028}';", "export{a}from'b\u{2029}c';", "f('\u{2028}');",
  ]
  private static let characters = [
    "\0", "\r", "\r\n", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{200D}", "\t", "\u{A0}", "é",
    "e\u{301}", "😀", "\u{D7FF}", "\u{FFFF}", "日本", "\u{1D7D8}", "\u{130}", "\u{202E}",
  ]
}
