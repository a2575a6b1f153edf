// Two files from a web server, shaped into what the next steps need.
get('/iso_3166-1.json');
get('/iso_3166-2.json');

fn(state => {
  const countries = state.references.at(-1)['3166-1'];
  const subdivisions = state.data['3166-2'];
  const byCode = new Map(subdivisions.map(s => [s.code, s]));

  // DHIS2 wants 11 letters and digits, a letter first. Made from the code, they are the same in every run.
  const uid = code => {
    const [country, part = ''] = code.split('-');
    return `iso${country}${part.padStart(6, 'x')}`;
  };

  // 'GB-ENG' or just 'NX'; without one, the country is above.
  const parentOf = s => {
    if (!s.parent) return undefined;
    return byCode.get(s.parent) ?? byCode.get(`${s.code.slice(0, 2)}-${s.parent}`);
  };
  const depth = s => (parentOf(s) ? depth(parentOf(s)) + 1 : 0);

  return {
    countries: countries.map(c => ({ uid: uid(c.alpha_2), code: c.alpha_2, name: c.name })),
    subdivisions: subdivisions
      .map(s => ({
        uid: uid(s.code),
        code: s.code,
        country: s.code.slice(0, 2),
        name: s.name,
        type: s.type,
        parent: uid(parentOf(s)?.code ?? s.code.slice(0, 2)),
        depth: depth(s),
      }))
      .sort((a, b) => a.depth - b.depth), // an organisation unit's parent comes before it
  };
});
