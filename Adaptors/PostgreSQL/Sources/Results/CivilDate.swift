/// The proleptic Gregorian calendar, with a year 0 before year 1.
enum CivilDate {
  private static let daysOfEra = 146_097
  /// Days from 1 March of year 0 to 1 January 1970.
  private static let epoch = 719_468

  /// Days since 1 January 1970.
  static func days(year: Int, month: Int, day: Int) -> Int {
    // Years begin in March, so that the leap day is the last.
    let year = month > 2 ? year : year - 1
    let era = year.dividedDown(by: 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysOfEra + dayOfEra - epoch
  }

  static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let era = (days + epoch).dividedDown(by: daysOfEra)
    let dayOfEra = days + epoch - era * daysOfEra
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}

extension Int {
  /// The quotient rounded towards minus infinity.
  func dividedDown(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : (self + 1) / divisor - 1
  }
}
