/// What the tracker importer does with objects (DHIS2 developer guide, "Tracker import").
enum ImportStrategy: String {
  case create = "CREATE"
  case update = "UPDATE"
  case createAndUpdate = "CREATE_AND_UPDATE"
  case delete = "DELETE"
}
