/// The words that `%I` puts in quotes.
enum ReservedWords {
  /// Whether `%I` quotes this name: it is reserved, or not lower-case letters, digits, `_` and `$`.
  static func needsQuotes(_ name: String) -> Bool {
    words.contains(name.lowercasedASCII) || !isPlainLowercase(name)
  }

  private static func isPlainLowercase(_ name: String) -> Bool {
    Identifier.isPlain(name)
      && name.utf8.allSatisfy { $0 < 0x80 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
  }

  private static let words = Set(
    """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization backup
    between binary blanksasnull both bytedict case cast check collate column constraint create
    credentials cross current_date current_time current_timestamp current_user current_user_id
    default deferrable deflate defrag delta delta32k desc disable distinct do else emptyasnull
    enable encode encrypt encryption end except explicit false for foreign freeze from full
    globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially inner
    intersect into is isnull join leading left like limit localtime localtimestamp lun luns lzo
    lzop minus mostly13 mostly32 mostly8 natural new not notnull null nulls off offline offset
    old on only open or order outer overlaps parallel partition percent placing primary raw
    readratio recover references rejectlog resort restore right select session_user similar some
    sysdate system table tag tdes text255 text32k then to top trailing true truncatecolumns
    union unique user using verbose wallet when where with without
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
