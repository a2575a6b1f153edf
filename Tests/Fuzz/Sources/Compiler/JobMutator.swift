import Generators

/// Makes source text: damaged jobs, spliced ones, made ones, rows of tokens, and bytes.
struct JobMutator {
  private let seeds: [[UInt8]]
  private var grammar: JobGrammar
  private var random: SeededGenerator

  init(seeds: [[UInt8]], seed: UInt64) {
    self.seeds = seeds
    random = SeededGenerator(seed: seed)
    grammar = JobGrammar(seed: random.next())
  }

  mutating func next() -> [UInt8] {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return bytes()
    case 1, 2: return tokens()
    case 3: return cut(job())
    case 4, 5: return damaged(splice())
    case 6...10: return grammar.next()
    case 11: return damaged(grammar.next())
    default: return damaged(job())
    }
  }

  // MARK: Sources

  private mutating func job() -> [UInt8] { seeds.randomElement(using: &random) ?? [] }

  private mutating func bytes() -> [UInt8] {
    (0..<Int.random(in: 0...200, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
  }

  private mutating func tokens() -> [UInt8] {
    (0..<Int.random(in: 1...12, using: &random)).flatMap { _ in token() }
  }

  private mutating func token() -> [UInt8] {
    Array((SourceToken.all.randomElement(using: &random) ?? "").utf8)
  }

  private mutating func cut(_ source: [UInt8]) -> [UInt8] {
    let bounds = [place(in: source), place(in: source)].sorted()
    return Bool.random(using: &random)
      ? Array(source[..<bounds[0]]) : Array(source[bounds[0]..<bounds[1]])
  }

  private mutating func splice() -> [UInt8] {
    let (first, second) = (job(), job())
    return Array(first[..<place(in: first)] + second[place(in: second)...])
  }

  private mutating func place(in source: [UInt8]) -> Int {
    Int.random(in: 0...source.count, using: &random)
  }

  // MARK: Damage

  private mutating func damaged(_ source: [UInt8]) -> [UInt8] {
    var source = source
    for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&source) }
    return source
  }

  private mutating func damage(_ source: inout [UInt8]) {
    let words = Self.words(of: source)
    guard let word = words.randomElement(using: &random),
      let other = words.randomElement(using: &random)
    else {
      source = token()
      return
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: source[word.lowerBound] = UInt8.random(in: 0...255, using: &random)
    case 1: source.remove(at: word.lowerBound)
    case 2: source.removeSubrange(word)
    case 3: source.insert(contentsOf: source[word], at: word.lowerBound)
    case 4: source.insert(contentsOf: source[other], at: word.lowerBound)
    case 5: source.replaceSubrange(word, with: source[other])
    case 6: source.replaceSubrange(word, with: token())
    default: source.insert(contentsOf: token(), at: word.lowerBound)
    }
  }

  /// Where words, and characters that are in none, stand.
  private static func words(of source: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    for index in source.indices {
      let isInside = index > 0 && isLetter(source[index]) && isLetter(source[index - 1])
      let start = isInside ? words.removeLast().lowerBound : index
      words.append(start..<index + 1)
    }
    return words
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    return letters.contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte >= 0x80
  }
}
