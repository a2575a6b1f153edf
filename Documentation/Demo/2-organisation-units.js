// A country is an organisation unit of its own: created, or updated when it is there already.
each(
  $.countries,
  upsert(
    'organisationUnits',
    state => ({ filter: `id:eq:${state.data.uid}` }),
    state => ({
      id: state.data.uid,
      code: state.data.code,
      name: state.data.name,
      shortName: state.data.name.slice(0, 50),
      openingDate: '1970-01-01',
    })
  )
);

// Their subdivisions go in one metadata import.
create(
  'metadata',
  state => ({
    organisationUnits: state.subdivisions.map(s => ({
      id: s.uid,
      code: s.code,
      name: s.name,
      shortName: s.name.slice(0, 50),
      openingDate: '1970-01-01',
      parent: { id: s.parent },
    })),
  }),
  { importStrategy: 'CREATE_AND_UPDATE' }
);

fn(state => ({
  countries: state.countries.length,
  imported: state.data.response.stats,
  subdivisions: state.subdivisions,
}));
