// All subdivisions into a table: inserted, or updated when the code is there already.
upsertMany('subdivisions', 'code', state =>
  state.subdivisions.map(s => ({
    code: s.code,
    country: s.country,
    name: s.name,
    type: s.type,
    dhis2_uid: s.uid,
  }))
);

fn(state => ({
  countries: state.countries,
  imported: state.imported,
  stored: state.subdivisions.length,
}));
